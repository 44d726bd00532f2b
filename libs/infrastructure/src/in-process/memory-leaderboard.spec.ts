import { leaderboardContract } from '@scoreboard/domain/leaderboard.contract';
import { MemoryLeaderboard } from './memory-leaderboard';

describe('MemoryLeaderboard', () => leaderboardContract(async (options) => new MemoryLeaderboard(options)));
