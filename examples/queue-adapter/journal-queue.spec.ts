import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rejection } from '@scoreboard/nest';
import { scoreQueueContract } from '@scoreboard/nest/testing';
import { JournalQueue } from './journal-queue';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'journal-')), 'commands.jsonl');

const lettersIn = (file: string): Rejection[] =>
  existsSync(`${file}.dead`) ? readFileSync(`${file}.dead`, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Rejection) : [];

describe('JournalQueue', () => {
  scoreQueueContract(async (options) => {
    const file = newFile();
    const queue = new JournalQueue({ file, ...options });
    return { queue, deadLetters: async () => lettersIn(file), close: () => queue.onApplicationShutdown() };
  });

  it('delivers after a crash what was confirmed and is not done, and nothing of a line that was cut off', async () => {
    const file = newFile();
    const before = new JournalQueue({ file });
    const command = { commandId: '019ad0c4-6b1e-7c3a-9d52-0f6e8a41b7d3', userId: 'ann', scoreIncrement: 5 };
    await before.submit(command);
    await before.onApplicationShutdown();
    appendFileSync(file, '\n{"command":{"commandId":"');

    const after = new JournalQueue({ file });
    const seen = await new Promise((resolve) => void after.consume(async (commands) => (resolve(commands), [])));
    await after.onApplicationShutdown();
    expect(seen).toEqual([command]);

    const last = new JournalQueue({ file });
    expect(last.stats().oldestAgeSeconds).toBe(0);
    await last.onApplicationShutdown();
  });
});
