import { type BeforeApplicationShutdown, type DynamicModule, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuditLog, BoardFeed, ChangeProfile, ErrorReporter, FollowProfiles, IntervalTask, NamePlayers, Profiles, ReadProfile, ReservedNames, ResolveProfiles, ShownProfiles, ShowUsers, TakeName } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { provide } from '../provide';
import { NamesController } from './names.controller';
import { PlayersModule } from './players.module';
import { ProfileResolverDiscovery } from './profile-resolver-discovery';
import { ProfilesController } from './profiles.controller';

/** How often profiles are copied to where boards are read, also without a change in this process. */
const FOLLOW_INTERVAL_MS = 500;

/** How often a resolver is asked about the users who were shown meanwhile, in one call for many. */
const RESOLVE_INTERVAL_MS = 200;

/** Names and pictures of users over HTTP. The app provides the ports and the verifier globally. */
@Module({
  imports: [DiscoveryModule, PlayersModule],
  controllers: [ProfilesController, NamesController],
  providers: [
    provide(FollowProfiles, Profiles, ShownProfiles, BoardFeed),
    provide(ChangeProfile, Profiles, FollowProfiles, ReservedNames, ErrorReporter),
    provide(NamePlayers, Profiles, ChangeProfile, ReservedNames, ErrorReporter),
    provide(ReadProfile, Profiles, ErrorReporter),
    {
      provide: ResolveProfiles,
      useFactory: (profiles: Profiles, follow: FollowProfiles, errors: ErrorReporter) => new ResolveProfiles(profiles, follow, errors),
      inject: [Profiles, FollowProfiles, ErrorReporter],
    },
    ProfileResolverDiscovery,
    provide(TakeName, AuditLog, Profiles, FollowProfiles, ErrorReporter),
  ],
})
export class PeopleModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly following: IntervalTask;
  private readonly resolving: IntervalTask;

  constructor(
    follow: FollowProfiles,
    players: NamePlayers,
    private readonly resolve: ResolveProfiles,
    private readonly shown: ShowUsers,
    private readonly events: ScoreboardEvents,
    errors: ErrorReporter,
  ) {
    events.on('token.verified', ({ identity }) => players.see(identity));
    this.following = new IntervalTask(() => follow.look(), (error) => errors.report('profiles cannot be copied', error));
    this.resolving = new IntervalTask(() => resolve.execute(), (error) => errors.report('profiles cannot be resolved', error));
  }

  /** `RESERVED_NAMES`: the names that players cannot take. */
  static forRoot({ RESERVED_NAMES: names }: { readonly RESERVED_NAMES?: readonly string[] }): DynamicModule {
    return { module: PeopleModule, providers: [{ provide: ReservedNames, useValue: new ReservedNames(names) }] };
  }

  onApplicationBootstrap(): void {
    this.following.start(FOLLOW_INTERVAL_MS);
    if (this.resolve.isUsed) this.startResolving();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.resolve.close();
    await Promise.all([this.following.stop(), this.resolving.stop()]);
  }

  /** Gateways show users too, and ask nobody: those have played. */
  private startResolving(): void {
    this.shown.onShown((userIds) => this.resolve.want(userIds));
    this.events.on('command.accepted', ({ command: { userId } }) => this.resolve.want([userId]));
    this.resolving.start(RESOLVE_INTERVAL_MS);
  }
}
