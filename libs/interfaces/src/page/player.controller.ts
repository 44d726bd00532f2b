import { Controller, Get, Header, Headers, Param, Query, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { Boards, type PlayerPage, ReadPlayer } from '@scoreboard/application';
import { GLOBAL_BOARD, Refusal } from '@scoreboard/domain';
import type { FastifyReply } from 'fastify';
import { LimitGuard } from '../auth/limit.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { boardTabs } from './board-tabs';
import { type Language, LANGUAGES, pageLanguage } from './page-language';
import { PageOptions } from './page-options';
import { pagePolicy } from './page-policy';
import { type PageWords, readWords } from './page-template';
import { PlayerTemplate } from './player-template';
import { previewPicture } from './preview-picture';
import { sendPage } from './send-page';

/** The page of a player for everybody, and its picture in link previews. A player who has no page gets the same 404 for every reason. */
@Controller('players/:userId')
@UseGuards(LimitGuard)
@Throttle({ reads: {} })
export class PlayerController {
  private readonly pages: ReadonlyMap<Language, PlayerTemplate>;
  private readonly words: ReadonlyMap<Language, PageWords>;
  private readonly policy: string;

  constructor(
    private readonly options: PageOptions,
    private readonly boards: Boards,
    private readonly readPlayer: ReadPlayer,
  ) {
    this.pages = new Map(LANGUAGES.map((language) => [language, new PlayerTemplate(options.folder, language)]));
    this.words = new Map(LANGUAGES.map((language) => [language, readWords(options.folder, language)]));
    this.policy = pagePolicy({ ...options, gatewayUrl: null, frameOrigins: [] });
  }

  /** A link may be typed or cut: an id that nobody can have is a player who has no page. */
  @Get()
  async show(
    @Param('userId') userId: string,
    @Query('lang') lang: unknown,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = pageLanguage(lang, accepted);
    const page = this.pages.get(language)!;
    const query = lang === language ? `?lang=${language}` : '';
    const player = await this.find(userId);
    const words = this.words.get(language)!;
    const names = new Map(boardTabs(this.boards.list(), words).map(({ id, name }) => [id, name]));
    const { avatarOrigins, pageUrl } = this.options;
    const order = [GLOBAL_BOARD, ...names.keys()];
    const inOrder = (shown: PlayerPage) => ({ ...shown, places: shown.places.toSorted((one, other) => order.indexOf(one.board) - order.indexOf(other.board)) });
    const html = player
      ? page.fill({ player: inOrder(player), boardName: (id) => names.get(id) ?? (id === GLOBAL_BOARD ? words.allTime : id), url: pageUrl && `${pageUrl}/players/${encodeURIComponent(player.userId)}`, avatarOrigins, query })
      : page.none(query);
    sendPage(reply.code(player ? 200 : 404).header('x-robots-tag', 'noindex'), html, this.policy, language);
  }

  @Get('preview.png')
  @Header('cache-control', 'public, max-age=300')
  @Header('x-robots-tag', 'noindex')
  async preview(@Param('userId', new SchemaPipe(userIdSchema)) userId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const player = await this.readPlayer.execute(userId);
    void reply.type('image/png').header('cross-origin-resource-policy', 'cross-origin');
    return previewPicture(player);
  }

  private async find(userId: string): Promise<PlayerPage | undefined> {
    if (!userIdSchema.safeParse(userId).success) return undefined;
    try {
      return await this.readPlayer.execute(userId);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unknown-user') return undefined;
      throw error;
    }
  }
}
