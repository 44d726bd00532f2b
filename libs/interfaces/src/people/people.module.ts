import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditLog, BoardFeed, ChangeProfile, ErrorReporter, FollowProfiles, IntervalTask, NamePlayers, Profiles, ReadProfile, ShownProfiles, TakeName } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { provide } from '../provide';
import { NamesController } from './names.controller';
import { ProfilesController } from './profiles.controller';

/** How often profiles are copied to where boards are read, also without a change in this process. */
const FOLLOW_INTERVAL_MS = 500;

/** Names and pictures of users over HTTP. The app provides the ports and the verifier globally. */
@Module({
  controllers: [ProfilesController, NamesController],
  providers: [
    provide(FollowProfiles, Profiles, ShownProfiles, BoardFeed),
    provide(ChangeProfile, Profiles, FollowProfiles, ErrorReporter),
    provide(NamePlayers, Profiles, ChangeProfile, ErrorReporter),
    provide(ReadProfile, Profiles, ErrorReporter),
    provide(TakeName, AuditLog, Profiles, FollowProfiles, ErrorReporter),
  ],
})
export class PeopleModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly following: IntervalTask;

  constructor(follow: FollowProfiles, players: NamePlayers, events: ScoreboardEvents, errors: ErrorReporter) {
    events.on('token.verified', ({ identity }) => players.see(identity));
    this.following = new IntervalTask(() => follow.look(), (error) => errors.report('profiles cannot be copied', error));
  }

  onApplicationBootstrap(): void {
    this.following.start(FOLLOW_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.following.stop();
  }
}
