import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '@scoreboard/application/scores/score-queue.contract';
import { DeadLetterFile } from './dead-letter-file';

describe('DeadLetterFile', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dead-letters-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('replaces a user with a pseudonym, keeps the rest, and accepts more letters afterwards', async () => {
    const path = join(folder, 'dead-letters.jsonl');
    const file = new DeadLetterFile(path);
    expect(await file.rename('ann', 'forgotten-x')).toBe(0);
    await file.storeDeadLetters(['ann', 'bob', 'ann'].map((user) => ({ command: command(user), reason: 'total-limit' as const })));
    expect(await file.count('ann')).toBe(2);
    expect(await file.rename('ann', 'forgotten-x')).toBe(2);
    expect(await file.count('ann')).toBe(0);
    await file.storeDeadLetters([{ command: command('cid'), reason: 'total-limit' }]);
    const users = () => readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { command: { userId: string } }).command.userId);
    expect(users()).toEqual(['forgotten-x', 'bob', 'forgotten-x', 'cid']);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(await file.rename('ann', 'forgotten-y')).toBe(0);
  });
});
