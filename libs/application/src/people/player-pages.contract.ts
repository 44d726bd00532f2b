import type { LedgerAdjustments, ScoreCommand, ScoreLedger } from '@scoreboard/domain';
import { newCommandId } from '../scores/command-id';
import type { PlayerActivity } from './player-activity';
import type { PlayerPages } from './player-pages';

const command = (userId: string, scoreIncrement: number, action?: string): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement, action });

/** The contract of every `PlayerPages`. `make` returns an empty one. */
export function playerPagesContract(make: () => Promise<PlayerPages>): void {
  it('keeps what each player decided, and forgets it when it is taken back', async () => {
    const pages = await make();
    await pages.save('ann', 'activity');
    await pages.save('ann', 'private');
    await pages.save('bob', 'places');
    expect([await pages.find('ann'), await pages.find('bob'), await pages.find('cid')]).toEqual(['private', 'places', undefined]);
    for (let i = 0; i < 2; i++) await pages.save('ann', undefined);
    expect([await pages.find('ann'), await pages.find('bob')]).toEqual([undefined, 'places']);
  });
}

/** The contract of every `PlayerActivity`. `make` returns it with its empty ledger. */
export function playerActivityContract(make: () => Promise<{ readonly ledger: ScoreLedger; readonly adjustments: LedgerAdjustments; readonly activity: PlayerActivity }>): void {
  let parts: Awaited<ReturnType<typeof make>>;
  beforeEach(async () => {
    parts = await make();
  });

  it('has the score at any moment, through updates of others, reversals and hiding', async () => {
    const { ledger, adjustments, activity } = parts;
    const cheated = command('ann', 50);
    await ledger.apply([command('bob', 1), command('ann', 2), cheated, command('bob', 1)]);
    await adjustments.reverse([cheated.commandId]);
    await adjustments.setHidden('ann', true, { reason: 'a test', by: 'mod' });
    for (let i = 0; i < 20; i++) await ledger.apply([command('ann', 1), command('bob', 3)]);
    const items = (await ledger.history('ann', 1_000)).toReversed();
    const moments = items.map(({ at }) => at);
    // Several events may have one time: the last of them counts.
    const expected = moments.map((moment) => items.findLast(({ at }) => at <= moment)!.scoreAfter);
    expect(await activity.scoresAt('ann', moments)).toEqual(expected);
    expect(await activity.scoresAt('ann', [new Date(0), new Date(8.64e14), ...moments.slice(0, 1)])).toEqual([0, 22, expected[0]]);
    expect(await activity.scoresAt('nobody', [new Date()])).toEqual([0]);
    expect(await activity.scoresAt('ann', [])).toEqual([]);
  });

  it('has the actions that brought most, without what was reversed, from the newest events', async () => {
    const { ledger, adjustments, activity } = parts;
    const reversed = command('ann', 100, 'cheat');
    await ledger.apply([command('ann', 900, 'old'), command('ann', 5, 'quiz'), reversed, command('ann', 7, 'race'), command('ann', 4, 'quiz'), command('bob', 99, 'race'), command('ann', 1_000)]);
    await adjustments.reverse([reversed.commandId]);
    expect(await activity.bestActions('ann', 6, 5)).toEqual([{ action: 'quiz', points: 9 }, { action: 'race', points: 7 }]);
    expect(await activity.bestActions('ann', 100, 2)).toEqual([{ action: 'old', points: 900 }, { action: 'quiz', points: 9 }]);
    expect(await activity.bestActions('nobody', 100, 2)).toEqual([]);
  });
}
