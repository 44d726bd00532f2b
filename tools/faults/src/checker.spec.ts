import { readFileSync } from 'node:fs';
import { temporaryFolder } from '@scoreboard/harness';
import { checkLedger, checkRedis } from './checker';
import { History, type Outcome } from './history';
import type { AppliedCommand, LedgerSnapshot } from './snapshots';

const OK: Outcome = { status: 201, fate: 'ok', ms: 1 };
const REFUSED: Outcome = { status: 503, fate: 'refused', ms: 1 };
const UNKNOWN: Outcome = { status: 0, fate: 'unknown', ms: 1 };

/** A history of updates of one user, each with what came of its sendings in turn. */
function historyOf(...updates: readonly (readonly Outcome[])[]): History {
  const history = new History(temporaryFolder('check'));
  updates.forEach((outcomes, i) => {
    const entry = history.add({ userId: 'ann', subject: 'ann', scoreIncrement: i + 1, key: `key-${i}` });
    for (const outcome of outcomes) {
      history.sending(entry, 'api');
      history.answered(entry, { ...outcome, commandId: entry.commandId });
    }
  });
  return history;
}

const applied = ({ entries }: History, ...numbers: readonly number[]): AppliedCommand[] =>
  numbers.map((number) => ({ commandId: entries[number]!.commandId!, userId: 'ann', scoreIncrement: entries[number]!.scoreIncrement }));

const ledgerOf = (commands: readonly AppliedCommand[], unsound: readonly string[] = []): LedgerSnapshot => ({ applied: commands, unsound, order: [], periods: [] });

describe('the checker of the ledger', () => {
  it('finds nothing where what is ok is applied once and what is refused is not', () => {
    const history = historyOf([OK], [REFUSED], [UNKNOWN, REFUSED, OK]);
    expect(checkLedger(ledgerOf(applied(history, 0, 2)), history)).toBeUndefined();
  });

  it('finds a lost update', () => {
    const history = historyOf([OK], [OK]);
    expect(checkLedger(ledgerOf(applied(history, 0)), history)).toMatch(/^I1: 1 accepted updates are not in the ledger, the first is update 1/);
  });

  it('finds one that was applied with other content', () => {
    const history = historyOf([OK]);
    const [command] = applied(history, 0);
    expect(checkLedger(ledgerOf([{ ...command!, scoreIncrement: 99 }]), history)).toMatch(/^I1/);
  });

  it('finds one that was applied twice, and a total that is not its history', () => {
    const history = historyOf([OK]);
    expect(checkLedger(ledgerOf(applied(history, 0, 0)), history)).toMatch(/^I2/);
    expect(checkLedger(ledgerOf(applied(history, 0), ['ann']), history)).toMatch(/^I2/);
  });

  it('finds a refused one that was applied, and lets one pass that nobody could tell of', () => {
    const history = historyOf([REFUSED], [UNKNOWN]);
    expect(checkLedger(ledgerOf(applied(history, 1)), history)).toBeUndefined();
    expect(checkLedger(ledgerOf(applied(history, 0)), history)).toMatch(/^I3/);
  });

  it('lets what was answered before a queue was deleted be lost, and nothing after', () => {
    const history = historyOf([OK]);
    const { okAt } = history.entries[0]!;
    expect(checkLedger(ledgerOf([]), history, { lostBefore: okAt! + 1 })).toBeUndefined();
    expect(checkLedger(ledgerOf([]), history, { lostBefore: okAt! })).toMatch(/^I1/);
  });
});

describe('the checker of Redis', () => {
  const order = ['ann', 'bob'].map((userId, i) => ({ userId, score: 5, standing: `${i + 1}:${i + 1}` }));
  const ledger: LedgerSnapshot = { applied: [], unsound: [], order, periods: [] };
  const standings = Object.fromEntries(order.map(({ userId, standing }) => [userId, standing]));
  const board = { revision: 1, entries: order.map(({ userId, score }, i) => ({ rank: i + 1, userId, score })) };

  it('finds nothing where it is the ledger', () => {
    expect(checkRedis({ order, standings, board }, ledger)).toBeUndefined();
  });

  it('finds a tie in the wrong order, a missing user, another standing and another board', () => {
    expect(checkRedis({ order: [...order].reverse(), standings, board }, ledger)).toMatch(/^I5: place 1 of 2/);
    expect(checkRedis({ order: order.slice(0, 1), standings, board }, ledger)).toMatch(/^I5/);
    expect(checkRedis({ order, standings: { ...standings, bob: '2:3' }, board }, ledger)).toMatch(/^I5: the standing of bob/);
    expect(checkRedis({ order, standings, board: { ...board, entries: [] } }, ledger)).toMatch(/^I6/);
  });
});

describe('the history', () => {
  it('writes a line before each sending and one after each answer', () => {
    const history = historyOf([UNKNOWN, OK]);
    const lines = readFileSync(history.path, 'utf8').trim().split('\n').map((line) => Object.keys(JSON.parse(line))[1]);
    expect(lines).toEqual(['sending', 'answered', 'sending', 'answered']);
  });

  it('notes answers that must not be given', () => {
    expect(historyOf([{ ...UNKNOWN, status: 500 }]).wrong).toEqual(['update 0 was answered 500 instead of 201']);
  });
});
