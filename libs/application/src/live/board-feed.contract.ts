import { until } from '../eventually.contract';
import type { BoardFeed, ScoresChanged } from './board-feed';

const change = (revision: number, userIds: string[] = ['ann']): ScoresChanged => ({
  board: { revision, entries: [{ rank: 1, userId: 'ann', score: revision }] },
  userIds,
});

/** The contract of every `BoardFeed`. `make` returns one without listeners. */
export function boardFeedContract(make: () => Promise<BoardFeed>): void {
  let feed: BoardFeed;
  beforeEach(async () => {
    feed = await make();
  });

  const listen = async () => {
    const heard: ScoresChanged[] = [];
    const end = await feed.subscribe((hint) => heard.push(hint));
    return { heard, end };
  };

  it('delivers every hint to every listener, in the order of one publisher', async () => {
    const [first, second] = [await listen(), await listen()];
    const sent = Array.from({ length: 20 }, (_, i) => change(i + 1));
    for (const hint of sent) await feed.publish(hint);
    await until(() => first.heard.length === 20 && second.heard.length === 20);
    expect(first.heard).toEqual(sent);
    expect(second.heard).toEqual(sent);
  });

  it('delivers a change without a board, and the largest numbers exactly', async () => {
    const { heard } = await listen();
    await feed.publish({ board: undefined, userIds: ['a:b@c|d+e-f', 'A'] });
    await feed.publish(change(Number.MAX_SAFE_INTEGER, []));
    await until(() => heard.length === 2);
    expect(heard).toEqual([{ userIds: ['a:b@c|d+e-f', 'A'] }, change(Number.MAX_SAFE_INTEGER, [])]);
  });

  it('delivers a copy, asynchronously', async () => {
    const { heard } = await listen();
    const userIds = ['ann'];
    const sending = feed.publish({ userIds });
    expect(heard).toEqual([]);
    userIds.push('bob');
    await sending;
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ userIds: ['ann'] }]);
  });

  it('calls the other listeners if one throws', async () => {
    await feed.subscribe(() => {
      throw new Error('this one is broken on purpose');
    });
    const { heard } = await listen();
    await feed.publish(change(1));
    await feed.publish(change(2));
    await until(() => heard.length === 2);
  });

  it('ends only the given subscription', async () => {
    const [first, second] = [await listen(), await listen()];
    await first.end();
    await first.end();
    await feed.publish(change(1));
    await until(() => second.heard.length === 1);
    expect(first.heard).toEqual([]);
  });

  it('accepts hints without listeners', async () => {
    await expect(feed.publish(change(1))).resolves.toBeUndefined();
  });
}
