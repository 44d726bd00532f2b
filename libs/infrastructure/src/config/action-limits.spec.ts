import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './settings';
import { linesOf } from './lines-of.contract';

describe('ACTION_LIMITS_FILE', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'action-limits-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = () => join(folder, 'limits.json');
  const read = (text: string) => {
    writeFileSync(file(), text);
    return readSettings('standalone', { ACTION_LIMITS_FILE: file() }).ACTION_LIMITS_FILE;
  };

  it('gives the limits of each action', () => {
    const limits = read('{"kill": {"maxIncrement": 50, "perMinute": 30}, "level-7": {}, "constructor": {"perMinute": 1}}');
    expect([...limits!]).toEqual([['kill', { maxIncrement: 50, perMinute: 30 }], ['level-7', {}], ['constructor', { perMinute: 1 }]]);
    expect(read('{}')?.get('toString')).toBeUndefined();
    expect(readSettings('standalone', {}).ACTION_LIMITS_FILE).toBeUndefined();
  });

  it.each([
    ['', ['is not JSON']],
    ['[]', ['must be an object: {"<action>": {"maxIncrement": 50, "perMinute": 30}}']],
    ['{"kill": 50}', ['kill must be an object with maxIncrement, perMinute, both or neither']],
    ['{"kill": {"maxIncrement": "50"}}', ['kill.maxIncrement must be a whole number from 1 to 9007199254740991']],
    ['{"kill": {"perMinute": 0}, "quiz": {"perMinute": 10001}}', ['kill.perMinute must be a whole number from 1 to 10000', 'quiz.perMinute must be a whole number from 1 to 10000']],
    ['{"kill": {"perHour": 5}}', ['kill has an unknown field: perHour']],
    ['{"a b": {}}', ['a b is not a valid action name: 1 to 64 characters of A-Z a-z 0-9 . _ : @ | + -, starting with a letter, a digit, _ or -']],
  ])('refuses %s with one line per problem, with the path', (text, problems) => {
    expect(linesOf(() => read(text))).toEqual(problems.map((problem) => `ACTION_LIMITS_FILE: ${file()}: ${problem}`));
  });

  it('refuses a missing file', () => {
    const missing = join(folder, 'none.json');
    expect(linesOf(() => readSettings('api', { ACTION_LIMITS_FILE: missing }))).toEqual([`ACTION_LIMITS_FILE: ${missing}: cannot be read (ENOENT)`]);
  });
});
