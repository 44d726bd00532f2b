import { randomUUID } from 'node:crypto';
import type { Rejection, ScoreCommand } from '@scoreboard/domain';
import type { DeadLetter, DeadLetters } from './dead-letters';
import type { ProcessBatch } from './score-queue';
import { command, until } from './score-queue.contract';

/** An empty `DeadLetters` for one test, with its queue. */
export interface DeadLettersUnderTest {
  readonly letters: DeadLetters;
  submit(command: ScoreCommand): Promise<void>;
  consume(process: ProcessBatch): Promise<unknown>;
  /** Adds a letter that holds no command. */
  addNoise(): Promise<void>;
  close(): Promise<void>;
}

/** The contract of every `DeadLetters`. */
export function deadLettersContract(make: () => Promise<DeadLettersUnderTest>): void {
  let made: DeadLettersUnderTest;
  let letters: DeadLetters;
  /** Users whose commands can be applied. */
  let applicable: Set<string>;
  let applied: ScoreCommand[];
  beforeEach(async () => {
    made = await make();
    letters = made.letters;
    applicable = new Set();
    applied = [];
    await made.consume(async (commands) => {
      applied.push(...commands.filter(({ userId }) => applicable.has(userId)));
      return commands.filter(({ userId }) => !applicable.has(userId)).map((rejected): Rejection => ({ command: rejected, reason: 'unprocessable' }));
    });
  });
  afterEach(() => made.close());

  const all = async () => {
    const found: DeadLetter[] = [];
    for await (const letter of letters.list()) found.push(letter);
    return found;
  };
  const storeDeadLetters = async (...commands: ScoreCommand[]) => {
    const before = (await all()).length;
    for (const one of commands) await made.submit(one);
    await until(async () => (await all()).length === before + commands.length);
  };
  const ids = async () => (await all()).map(({ commandId }) => commandId);

  it('lists letters with reason, command and request id, oldest first, and keeps them', async () => {
    const trace = { id: randomUUID().replaceAll('-', '') };
    const [ann, bob] = [{ ...command('ann'), action: 'quiz' }, command('bob')];
    await storeDeadLetters({ ...ann, trace }, bob);
    for (let look = 0; look < 2; look++) {
      expect(await all()).toEqual([
        expect.objectContaining({ reason: 'unprocessable', commandId: ann.commandId, traceId: trace.id, content: JSON.stringify(ann) }),
        expect.objectContaining({ reason: 'unprocessable', commandId: bob.commandId, content: JSON.stringify(bob) }),
      ]);
    }
  });

  it('replays one letter with its request id and issuer digest, and removes it once applied', async () => {
    const trace = { id: randomUUID().replaceAll('-', '') };
    const [ann, bob] = [{ ...command('ann'), issuedBy: 'game', issuerDigest: 'c0ffee00'.repeat(4) }, command('bob')];
    await storeDeadLetters({ ...ann, trace }, bob);
    applicable.add('ann');
    expect(await letters.replay(ann.commandId)).toBe(1);
    await until(() => applied.length === 1);
    expect(applied).toEqual([{ ...ann, trace }]);
    expect(await ids()).toEqual([bob.commandId]);
  });

  it('replays all letters; commands that still fail return, and letters without a command are kept', async () => {
    const [ann, bob] = [command('ann'), command('bob')];
    await storeDeadLetters(ann, bob);
    await made.addNoise();
    await until(async () => (await all()).length === 3);
    applicable.add('ann');
    expect(await letters.replay()).toBe(2);
    await until(() => applied.length === 1);
    await until(async () => (await all()).length === 2);
    expect(new Set(await ids())).toEqual(new Set([undefined, bob.commandId]));
  });

  it('drops one letter, or all', async () => {
    const [ann, bob, cyd] = [command('ann'), command('bob'), command('cyd')];
    await storeDeadLetters(ann, bob, cyd);
    await made.addNoise();
    await until(async () => (await all()).length === 4);
    expect(await letters.drop(bob.commandId)).toBe(1);
    expect((await ids()).filter(Boolean)).toEqual([ann.commandId, cyd.commandId]);
    expect(await letters.drop()).toBe(3);
    expect(await all()).toEqual([]);
  });

  it('changes nothing for an unknown id or without letters', async () => {
    expect([await letters.replay(), await letters.drop(), await all()]).toEqual([0, 0, []]);
    const ann = command('ann');
    await storeDeadLetters(ann);
    expect([await letters.replay(randomUUID()), await letters.drop(randomUUID())]).toEqual([0, 0]);
    expect(await ids()).toEqual([ann.commandId]);
  });
}
