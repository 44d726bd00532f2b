import type { KeyObject } from 'node:crypto';
import { type BeforeApplicationShutdown, type DynamicModule, Module, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DerivedUserIds, ErrorReporter, IntervalTask, OwnUserIds, PublicIds, UserIds } from '@scoreboard/application';
import { ScoreLedger } from '@scoreboard/domain';
import { UserIdInterceptor } from './user-id.interceptor';

const STORE_INTERVAL_MS = 500;
/** The users whose ids are stored at each interval, after the start: those who have a score already. */
const PAGE = 1_000;

/** The ids under which users stand outside: their own, or with `USER_ID_KEY` derived ones. */
@Module({})
export class UserIdsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly storing: IntervalTask;
  private after?: string;
  private isFilled = false;

  constructor(
    private readonly ids: UserIds,
    errors: ErrorReporter,
    @Optional() private readonly ledger?: ScoreLedger,
    @Optional() private readonly stored?: PublicIds,
  ) {
    this.storing = new IntervalTask(() => this.store(), (error) => errors.report('shown ids cannot be stored', error));
  }

  static forRoot({ USER_ID_KEY: key }: { readonly USER_ID_KEY?: KeyObject }): DynamicModule {
    const ids = {
      provide: UserIds,
      useFactory: (errors: ErrorReporter, stored?: PublicIds) => (key ? new DerivedUserIds(key, errors, stored) : new OwnUserIds()),
      inject: [ErrorReporter, { token: PublicIds, optional: true }],
    };
    return { module: UserIdsModule, global: true, providers: [ids, ...(key ? [{ provide: APP_INTERCEPTOR, useClass: UserIdInterceptor }] : [])], exports: [UserIds] };
  }

  onApplicationBootstrap(): void {
    if (this.ids instanceof DerivedUserIds && this.stored) this.storing.start(STORE_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.storing.stop();
  }

  private async store(): Promise<void> {
    if (this.ledger && !this.isFilled) await this.fillPage(this.ledger);
    await (this.ids as DerivedUserIds).store();
  }

  private async fillPage(ledger: ScoreLedger): Promise<void> {
    const page = await ledger.standings(this.after, PAGE);
    for (const { userId } of page) this.ids.shown(userId);
    this.after = page.at(-1)?.userId;
    this.isFilled = page.length < PAGE;
  }
}
