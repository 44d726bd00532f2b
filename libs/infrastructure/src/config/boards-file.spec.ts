import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import { readSettings } from './settings';
import { linesOf } from './lines-of.contract';

describe('BOARDS_FILE', () => {
  const path = join(temporaryFolder('boards'), 'boards.json');
  const read = (content: unknown) => {
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readSettings('standalone', { BOARDS_FILE: path }).BOARDS_FILE;
  };

  it('defines boards, with their defaults', () => {
    const season = { id: 'winter-cup', from: '2026-12-01T00:00:00Z', to: '2027-03-01T00:00:00+01:00' };
    const week = { id: 'week', reset: 'weekly', timezone: 'Europe/Berlin', weekStartsOn: 'sunday', actions: ['quiz', 'level-*'], keep: 0 };
    expect(read([{ id: 'ever' }, week, season])).toEqual([
      { id: 'ever', timezone: 'UTC', keep: 12 },
      week,
      { id: 'winter-cup', timezone: 'UTC', keep: 12, from: Date.UTC(2026, 11, 1), to: Date.UTC(2027, 1, 28, 23) },
    ]);
    expect(read([])).toEqual([]);
  });

  it.each<readonly [content: unknown, ...lines: readonly string[]]>([
    ['{', 'is not JSON'],
    [{ id: 'week' }, 'must be an array of boards: [{"id": "week", "reset": "weekly"}]'],
    [[{ reset: 'weekly' }], '0.id must be a string'],
    [[{ id: 'Week' }], '0.id must be 1 to 32 of a-z, 0-9 and -'],
    [[{ id: 'global' }], '0.id must not be global, which is always there'],
    [[{ id: 'a' }, { id: 'a' }], '1.id is the id of another board'],
    [[{ id: 'a', reset: 'hourly' }], '0.reset must be daily, weekly, monthly, yearly, or left out'],
    [[{ id: 'a', timezone: 'Mars/Base' }], '0.timezone must be an IANA time zone, such as Europe/Berlin'],
    [[{ id: 'a', timezone: '+01:00' }], '0.timezone must be an IANA time zone, such as Europe/Berlin'],
    [[{ id: 'a', reset: 'weekly', weekStartsOn: 'Monday' }], '0.weekStartsOn must be one of monday, tuesday, wednesday, thursday, friday, saturday, sunday'],
    [[{ id: 'a', reset: 'daily', weekStartsOn: 'monday' }], '0.weekStartsOn requires reset weekly'],
    [[{ id: 'a', from: '2026-12-01', to: '2026-12-02T00:00:00Z' }], '0.from must be a time in RFC 3339, such as 2026-12-01T00:00:00Z'],
    [[{ id: 'a', from: '2026-12-01T00:00:00Z' }], '0.to is required: a season has from and to'],
    [[{ id: 'a', from: '2026-12-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }], '0.to must be after from'],
    [[{ id: 'a', reset: 'daily', from: '2026-12-01T00:00:00Z', to: '2026-12-02T00:00:00Z' }], '0.reset must be left out: a season does not reset'],
    [[{ id: 'a', actions: [] }], '0.actions must name at least one action'],
    [[{ id: 'a', actions: ['*-level'] }], '0.actions.0 must be an action, or the beginning of actions followed by *'],
    [[{ id: 'a', keep: -1 }], '0.keep must be 0 or more'],
    [[{ id: 'a', color: 'red' }], '0 has an unknown field: color'],
  ])('refuses %j', (content, ...lines) => expect(linesOf(() => read(content))).toEqual(lines.map((line) => `BOARDS_FILE: ${path}: ${line}`)));

  it('lets seasons of different boards overlap: each counts what is accepted in it', () => {
    const seasons = [{ id: 'winter', from: '2026-12-01T00:00:00Z', to: '2027-03-01T00:00:00Z' }, { id: 'new-year', from: '2026-12-31T00:00:00Z', to: '2027-01-02T00:00:00Z' }];
    expect(read(seasons)).toHaveLength(2);
  });

  it('refuses a file that cannot be read', () => {
    expect(() => readSettings('standalone', { BOARDS_FILE: '/nowhere/boards.json' })).toThrow('BOARDS_FILE: /nowhere/boards.json: cannot be read (ENOENT)');
  });
});
