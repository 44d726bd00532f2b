import { Controller, Get, Headers, Query, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { BoardCache, Boards, ReadBoards, ShowUsers } from '@scoreboard/application';
import { BOARD_SIZE, GLOBAL_BOARD, Refusal } from '@scoreboard/domain';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { SchemaPipe } from '../http/schema.pipe';
import { boardTabs } from './board-tabs';
import { embedSchema } from './embed.request';
import { type Language, LANGUAGES, pageLanguage } from './page-language';
import { PageOptions } from './page-options';
import { pagePolicy } from './page-policy';
import { type PageContent, PageTemplate } from './page-template';
import { ReadPlaces } from './places';
import { PlacesGuard } from './places.guard';
import { sendPage } from './send-page';

/** The live page, and the page for a frame on other websites. Both are rendered with the current board in memory. */
@Controller()
export class PageController {
  private readonly pages: ReadonlyMap<Language, PageTemplate>;
  private readonly embedded: ReadonlyMap<Language, PageTemplate>;
  private readonly policy: string;
  private readonly embedPolicy: string;

  constructor(
    private readonly options: PageOptions,
    private readonly boardCache: BoardCache,
    private readonly boards: Boards,
    private readonly readBoards: ReadBoards,
    private readonly users: ShowUsers,
    private readonly readPlaces: ReadPlaces,
  ) {
    const inAll = (name: string) => new Map(LANGUAGES.map((language) => [language, new PageTemplate(options.folder, name, language)]));
    this.pages = inAll('index');
    this.embedded = inAll('embed');
    this.policy = pagePolicy({ ...options, frameOrigins: [], hasForm: true });
    this.embedPolicy = pagePolicy(options);
  }

  /** Shows the board `global` if `board` names none that has begun: links outlive boards. Below it are the places after `from`, or the players with a `name`. */
  @Get()
  @UseGuards(PlacesGuard)
  @Throttle({ reads: {} })
  async index(@Query() { board, lang, from, name }: Readonly<Record<string, unknown>>, @Headers('accept-language') accepted: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const { gatewayUrl, guestPlay, avatarOrigins, playerPages } = this.options;
    const language = pageLanguage(lang, accepted);
    const page = this.pages.get(language)!;
    const tabs = boardTabs(this.boards.list(), page.words);
    const selected = tabs.find(({ id }) => id === board)?.id ?? GLOBAL_BOARD;
    const data = { gateway: gatewayUrl ?? undefined, chosen: selected === GLOBAL_BOARD ? undefined : selected };
    const kept = { ...(selected !== GLOBAL_BOARD && { board: selected }), ...(lang === language && { lang: language }) };
    const players = playerPages === 'off' ? undefined : lang === language ? `?lang=${language}` : '';
    const [newest, asked] = await Promise.all([this.newest(selected), this.readPlaces.execute(selected, from, name)]);
    const places = { ...asked, kept };
    const html = page.fill({ board: newest, at: new Date(), count: BOARD_SIZE, play: guestPlay, period: tabs.length > 0, places, tabs, selected, players, avatarOrigins, data });
    sendPage(reply, html, this.policy, language);
  }

  @Get('embed')
  async embed(
    @Query(new SchemaPipe(embedSchema)) { theme, accent, count, title, board, lang }: z.output<typeof embedSchema>,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.boards.periods(board); // refuses a board that does not exist
    const period = board !== GLOBAL_BOARD;
    const data = { gateway: this.options.gatewayUrl ?? undefined, chosen: period ? board : undefined, theme, accent, count };
    const language = pageLanguage(lang, accepted);
    const html = this.embedded.get(language)!.fill({ board: await this.newest(board), at: new Date(), count, title, period, avatarOrigins: this.options.avatarOrigins, data });
    sendPage(reply, html, this.embedPolicy, language);
  }

  /** Undefined while a board cannot be read, or before a season: the page's script shows it as soon as it can be. */
  private async newest(board: string): Promise<PageContent['board']> {
    if (board === GLOBAL_BOARD) return this.boardCache.current();
    try {
      return { entries: await this.users.entries(await (await this.readBoards.of(board)).top(BOARD_SIZE)) };
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}
