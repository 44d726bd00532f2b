import { Logger } from '@nestjs/common';
import { boardFeedContract } from '@scoreboard/application/live/board-feed.contract';
import { EmbeddedBoardFeed } from './embedded-board-feed';

describe('EmbeddedBoardFeed', () => {
  beforeAll(() => Logger.overrideLogger(false));

  boardFeedContract(async () => new EmbeddedBoardFeed());
});
