import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScoreFile, type ScoreLine } from './score-file';

describe('readScoreFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'score-file-'));
  const path = join(folder, 'scores.csv');
  afterAll(() => rmSync(folder, { recursive: true }));

  async function read(content: string | Buffer): Promise<ScoreLine[]> {
    writeFileSync(path, content);
    const lines: ScoreLine[] = [];
    for await (const line of readScoreFile(path)) lines.push(line);
    return lines;
  }

  it.each([
    ['userId,score\nann,5\nbob,0\n'],
    ['\ufeffuserId,score\r\nann,5\r\nbob,0'],
    ['score,userId\n5,ann\n0,bob\n'],
    ['userId , score\n "ann" , 5\n bob,  0 \n'],
  ])('reads %j', async (content) => {
    expect(await read(content)).toEqual([{ line: 2, userId: 'ann', score: 5 }, { line: 3, userId: 'bob', score: 0 }]);
  });

  it('skips empty lines, and counts them', async () => {
    expect(await read('userId,score\n\nann,5\n\n\nbob,7\n')).toEqual([{ line: 3, userId: 'ann', score: 5 }, { line: 6, userId: 'bob', score: 7 }]);
  });

  it('reads ids with commas and the largest total', async () => {
    expect(await read('userId,score\n"a,b",9007199254740991\n')).toEqual([{ line: 2, userId: 'a,b', score: Number.MAX_SAFE_INTEGER }]);
  });

  it.each([
    ['al ice,5', /^userId: must be 1 to 255 visible ASCII/],
    [',5', /^userId: must be/],
    ['..,5', /^userId: must be/],
    ['jürgen,5', /^userId: must be/],
    ['ann,-1', /^score: must be a whole number from 0 to 9007199254740991$/],
    ['ann,1.5', /^score: must be/],
    ['ann,1e3', /^score: must be/],
    ['ann,9007199254740992', /^score: must be/],
    ['ann,', /^score: must be/],
    ['ann', /^expected 2 values, found 1$/],
    ['ann,5,6', /^expected 2 values, found 3$/],
  ])('says what is wrong with the line %j, and reads on', async (line, problem) => {
    const lines = await read(`userId,score\n${line}\nbob,7\n`);
    expect(lines[0]).toMatchObject({ line: 2, problem: expect.stringMatching(problem) });
    expect(lines[1]).toEqual({ line: 3, userId: 'bob', score: 7 });
  });

  it.each([
    ['', /:1: expected the header userId,score$/],
    ['user,score\nann,5\n', /:1: expected the header userId,score$/],
    ['userId,score,name\nann,5,Ann\n', /:1: expected the header userId,score$/],
    ['userId,score\n"ann,5\n', /:2: Quote Not Closed/],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /:1: expected the header userId,score$/],
    [`userId,score\n"${'x'.repeat(20_000)}",5\n`, /Max Record Size/],
  ])('refuses a file without the header or with a broken record: %j', async (content, problem) => {
    await expect(read(content)).rejects.toThrow(problem);
  });

  it('reads 100,000 lines as a stream', async () => {
    writeFileSync(path, `userId,score\n${Array.from({ length: 100_000 }, (_, i) => `player-${i},${i + 1}`).join('\n')}\n`);
    let sum = 0;
    for await (const { score } of readScoreFile(path)) sum += score;
    expect(sum).toBe(5_000_050_000);
  });
});
