import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { deadLettersContract } from '@scoreboard/application/scores/dead-letters.contract';
import { command } from '@scoreboard/application/scores/score-queue.contract';
import { DeadLetterFile } from './dead-letter-file';
import { EmbeddedScoreQueue } from './embedded-score-queue';
import { FileDeadLetters } from './file-dead-letters';

beforeAll(() => Logger.overrideLogger(false));

let folder: string;
let path: string;
let file: DeadLetterFile;
let queue: EmbeddedScoreQueue;

function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dead-letters-'));
    path = join(folder, 'data', 'dead-letters.jsonl');
    file = new DeadLetterFile(path);
    queue = new EmbeddedScoreQueue({ storeDeadLetters: file.storeDeadLetters });
  });
  afterEach(async () => {
    await queue.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });
}

describe('FileDeadLetters', () => {
  useFolder();
  deadLettersContract(async () => ({
    letters: new FileDeadLetters(file, queue),
    submit: (given) => queue.submit(given),
    consume: (process) => queue.consume(process),
    addNoise: async () => appendFileSync(path, '{"reason":"x","command":{"not":"ours"}}\n'),
    close: async () => undefined,
  }));
});

describe('FileDeadLetters and its file', () => {
  useFolder();

  const listed = async () => {
    const found = [];
    for await (const letter of new FileDeadLetters(file).list()) found.push(letter);
    return found;
  };

  it('lists a line truncated by a crash, keeps the next one complete, and drops both', async () => {
    await file.storeDeadLetters([{ command: command('ann'), reason: 'total-limit' }]);
    appendFileSync(path, '{"at":"2026-');
    const bob = command('bob');
    await file.storeDeadLetters([{ command: bob, reason: 'total-limit' }]);
    expect((await listed()).slice(1)).toEqual([
      { reason: 'malformed', problem: 'not a valid line of the dead-letter file', content: '{"at":"2026-' },
      { reason: 'total-limit', at: expect.any(String), commandId: bob.commandId, content: JSON.stringify(bob) },
    ]);
    expect(await new FileDeadLetters(file).drop()).toBe(3);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('truncates long lines in the list, reads the lines after them, and keeps them complete until dropped', async () => {
    const bob = command('bob');
    await file.storeDeadLetters([{ command: command('ann'), reason: 'total-limit' }]);
    const parse = jest.spyOn(JSON, 'parse');
    appendFileSync(path, `{"reason":"x","command":"${'y'.repeat(30_000_000)}"}\n`);
    await file.storeDeadLetters([{ command: bob, reason: 'total-limit' }]);
    const [, long, last] = await listed();
    expect(Math.max(...parse.mock.calls.map(([text]) => String(text).length))).toBeLessThan(1_000);
    parse.mockRestore();
    expect(long).toMatchObject({ reason: 'malformed', content: expect.stringMatching(/^\{"reason":"x","command":"y{4071}… \(truncated, 30000027 in total\)$/) });
    expect(last).toMatchObject({ commandId: bob.commandId });
    expect(await new FileDeadLetters(file).drop(bob.commandId)).toBe(1);
    expect(statSync(path).size).toBeGreaterThan(30_000_000);
  });

  it('loses no letters that are added while others are dropped and renamed', async () => {
    const commands = Array.from({ length: 200 }, (_, at) => command(at % 2 ? 'ann' : 'bob'));
    const letters = new FileDeadLetters(file);
    const work = commands.map((one, at) => [
      file.storeDeadLetters([{ command: one, reason: 'total-limit' as const }]),
      ...(at % 20 ? [] : [letters.drop(one.commandId), file.rename('ann', `ann-${at}`)]),
    ]);
    await Promise.all(work.flat());
    await letters.drop(commands[0]!.commandId);
    expect(new Set((await listed()).map(({ commandId }) => commandId)).size).toBeGreaterThanOrEqual(190);
    expect((await listed()).every(({ commandId }) => commandId)).toBe(true);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('lists only complete lines while others are added', async () => {
    await file.storeDeadLetters([{ command: command('ann'), reason: 'total-limit' }]);
    let isOver = false;
    const writing = (async () => {
      for (let at = 0; at < 40; at++) await file.storeDeadLetters(Array.from({ length: 50 }, () => ({ command: command('ann'), reason: 'total-limit' as const })));
      isOver = true;
    })();
    let looks = 0;
    while (!isOver) {
      const letters = await listed();
      looks++;
      expect(letters.filter(({ reason }) => reason !== 'total-limit')).toEqual([]);
    }
    await writing;
    expect(looks).toBeGreaterThan(1);
    expect(await listed()).toHaveLength(2_001);
  });

  it('replays thousands of letters while failing commands return', async () => {
    const commands = Array.from({ length: 2_500 }, () => command('ann'));
    await file.storeDeadLetters(commands.map((one) => ({ command: one, reason: 'total-limit' as const })));
    let seen = 0;
    await queue.consume(async (commands) => commands.flatMap((one) => (seen++ % 10 ? [] : [{ command: one, reason: 'total-limit' as const }])));
    expect(await new FileDeadLetters(file, queue).replay()).toBe(2_500);
    expect(seen).toBe(2_500);
    expect(await listed()).toHaveLength(250);
  });

  it('keeps a letter whose command could not be queued, and throws the reason', async () => {
    await file.storeDeadLetters([{ command: command('ann'), reason: 'total-limit' }]);
    const full = { submit: () => Promise.reject(new Error('the queue is full')) };
    await expect(new FileDeadLetters(file, full).replay()).rejects.toThrow('the queue is full');
    expect(await listed()).toHaveLength(1);
    await expect(new FileDeadLetters(file).replay()).rejects.toThrow(/start it first/);
  });
});
