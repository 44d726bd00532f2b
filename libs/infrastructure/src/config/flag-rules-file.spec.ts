import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';
import { readSettings } from './settings';
import { linesOf } from './lines-of.contract';

describe('FLAG_RULES_FILE', () => {
  const path = join(temporaryFolder('rules'), 'flag-rules.json');
  const read = (content: unknown) => {
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readSettings('standalone', { FLAG_RULES_FILE: path }).FLAG_RULES_FILE;
  };

  it('defines rules, with their defaults', () => {
    const burst = { id: 'burst', kind: 'rate', seconds: 60, maxUpdates: 30, maxPoints: 5_000, weight: 100, effect: 'hold', actions: ['quiz', 'level-*'] };
    expect(read([burst, { id: 'leap', kind: 'jump', timesOwn: 2.5 }, { id: 'level-time', kind: 'interval', seconds: 0.5, actions: ['level-7'] }])).toEqual([
      burst,
      { id: 'leap', kind: 'jump', timesOwn: 2.5, atLeast: 1, weight: 1, effect: 'mark' },
      { id: 'level-time', kind: 'interval', seconds: 0.5, actions: ['level-7'], weight: 1, effect: 'mark' },
    ]);
    expect(read([])).toEqual([]);
  });

  it('takes the example of the document', () => {
    const [, example] = /```json\n([^]*?)```/.exec(readFileSync(join(projectRoot(), 'docs/flags.md'), 'utf8'))!;
    expect(read(example)!.map(({ kind }) => kind)).toEqual(['rate', 'jump', 'interval']);
  });

  const rate = { id: 'a', kind: 'rate', seconds: 60, maxUpdates: 30 };
  it.each<readonly [content: unknown, ...lines: readonly string[]]>([
    ['{', 'is not JSON'],
    [rate, 'must be a list of rules: [{"id": "burst", "kind": "rate", "seconds": 60, "maxUpdates": 30}]'],
    [[{ id: 'a', seconds: 60 }], '0.kind must be rate, jump or interval'],
    [['burst'], '0 must be an object with kind rate, jump or interval'],
    [[{ ...rate, id: 'Burst' }], '0.id must be 1 to 32 of a-z 0-9 -, beginning with a letter or a digit'],
    [[rate, rate], '1.id is the id of another rule'],
    [[{ ...rate, weight: 0 }], '0.weight must be a whole number from 1 to 100'],
    [[{ ...rate, effect: 'ban' }], '0.effect must be mark or hold'],
    [[{ ...rate, seconds: 0 }], '0.seconds must be a number from 1 to 86400'],
    [[{ ...rate, seconds: '60' }], '0.seconds must be a number from 1 to 86400'],
    [[{ ...rate, maxUpdates: 500 }], '0.maxUpdates must be a whole number from 1 to 499'],
    [[{ id: 'a', kind: 'rate', seconds: 60 }], '0.maxUpdates is required, or maxPoints'],
    [[{ id: 'a', kind: 'jump' }], '0.timesOwn is required, or timesBoard'],
    [[{ id: 'a', kind: 'jump', timesOwn: 0.5 }], '0.timesOwn must be a number from 1 to 1000000'],
    [[{ id: 'a', kind: 'interval', seconds: 5 }], '0.actions must be a list of actions'],
    [[{ ...rate, actions: [] }], '0.actions must name at least one action'],
    [[{ ...rate, actions: ['*-7'] }], '0.actions.0 must be an action, or the beginning of actions followed by *'],
    [[{ ...rate, timesOwn: 3 }], '0 has an unknown field: timesOwn'],
    [[{ ...rate, weight: 0, effect: 'ban' }, { id: 'b' }], '0.weight must be a whole number from 1 to 100', '0.effect must be mark or hold', '1.kind must be rate, jump or interval'],
    [Array.from({ length: 21 }, (_, i) => ({ ...rate, id: `r${i}` })), 'must have at most 20 rules'],
  ])('refuses %j', (content, ...lines) => expect(linesOf(() => read(content))).toEqual(lines.map((line) => `FLAG_RULES_FILE: ${path}: ${line}`)));

  it('refuses a file that cannot be read', () => {
    expect(() => readSettings('standalone', { FLAG_RULES_FILE: '/nowhere/rules.json' })).toThrow('FLAG_RULES_FILE: /nowhere/rules.json: cannot be read (ENOENT)');
  });
});
