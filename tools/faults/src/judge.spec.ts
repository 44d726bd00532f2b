import { readFileSync } from 'node:fs';
import { temporaryFolder } from '@scoreboard/harness';
import { Journal, type Outcome } from './journal';
import { judgeLedger, judgeRedis } from './judge';
import type { AppliedCommand, LedgerBooks } from './ledger-books';

const OK: Outcome = { status: 201, fate: 'ok', ms: 1 };
const REFUSED: Outcome = { status: 503, fate: 'refused', ms: 1 };
const UNKNOWN: Outcome = { status: 0, fate: 'unknown', ms: 1 };

/** A journal of updates of one user, each with what came of its sendings in turn. */
function journalOf(...updates: readonly (readonly Outcome[])[]): Journal {
  const journal = new Journal(temporaryFolder('judge'), 'journal');
  updates.forEach((outcomes, i) => {
    const entry = journal.add({ userId: 'ann', subject: 'ann', scoreIncrement: i + 1, key: `key-${i}` });
    for (const outcome of outcomes) {
      journal.sending(entry, 'api');
      journal.answered(entry, { ...outcome, commandId: entry.commandId });
    }
  });
  return journal;
}

const applied = ({ entries }: Journal, ...numbers: readonly number[]): AppliedCommand[] =>
  numbers.map((number) => ({ commandId: entries[number]!.commandId!, userId: 'ann', scoreIncrement: entries[number]!.scoreIncrement }));

const ledgerOf = (commands: readonly AppliedCommand[], unsound: readonly string[] = []): LedgerBooks => ({ applied: commands, unsound, order: [] });

describe('the judge of the ledger', () => {
  it('finds nothing where what is ok is applied once and what is refused is not', () => {
    const journal = journalOf([OK], [REFUSED], [UNKNOWN, REFUSED, OK]);
    expect(judgeLedger(ledgerOf(applied(journal, 0, 2)), journal)).toBeUndefined();
  });

  it('finds a lost update', () => {
    const journal = journalOf([OK], [OK]);
    expect(judgeLedger(ledgerOf(applied(journal, 0)), journal)).toMatch(/^I1: 1 accepted updates are not in the history, the first is update 1/);
  });

  it('finds one that was applied with other content', () => {
    const journal = journalOf([OK]);
    const [command] = applied(journal, 0);
    expect(judgeLedger(ledgerOf([{ ...command!, scoreIncrement: 99 }]), journal)).toMatch(/^I1/);
  });

  it('finds one that was applied twice, and a total that is not its history', () => {
    const journal = journalOf([OK]);
    expect(judgeLedger(ledgerOf(applied(journal, 0, 0)), journal)).toMatch(/^I2/);
    expect(judgeLedger(ledgerOf(applied(journal, 0), ['ann']), journal)).toMatch(/^I2/);
  });

  it('finds a refused one that was applied, and lets one pass that nobody could tell of', () => {
    const journal = journalOf([REFUSED], [UNKNOWN]);
    expect(judgeLedger(ledgerOf(applied(journal, 1)), journal)).toBeUndefined();
    expect(judgeLedger(ledgerOf(applied(journal, 0)), journal)).toMatch(/^I3/);
  });

  it('lets what was answered before a queue was deleted be lost, and nothing after', () => {
    const journal = journalOf([OK]);
    const { okAt } = journal.entries[0]!;
    expect(judgeLedger(ledgerOf([]), journal, { lostBefore: okAt! + 1 })).toBeUndefined();
    expect(judgeLedger(ledgerOf([]), journal, { lostBefore: okAt! })).toMatch(/^I1/);
  });
});

describe('the judge of Redis', () => {
  const order = ['ann', 'bob'].map((userId, i) => ({ userId, score: 5, standing: `5:000000000000000${i + 1}:${i + 1}:0` }));
  const ledger: LedgerBooks = { applied: [], unsound: [], order };
  const standings = Object.fromEntries(order.map(({ userId, standing }) => [userId, standing]));
  const board = { revision: 1, entries: order.map(({ userId, score }, i) => ({ rank: i + 1, userId, score })) };

  it('finds nothing where it is the ledger', () => {
    expect(judgeRedis({ order, standings, board }, ledger)).toBeUndefined();
  });

  it('finds a tie in the wrong order, a missing user, another standing and another board', () => {
    expect(judgeRedis({ order: [...order].reverse(), standings, board }, ledger)).toMatch(/^I5: place 1 of 2/);
    expect(judgeRedis({ order: order.slice(0, 1), standings, board }, ledger)).toMatch(/^I5/);
    expect(judgeRedis({ order, standings: { ...standings, bob: '4:0000000000000002:2:0' }, board }, ledger)).toMatch(/^I5: the standing of bob/);
    expect(judgeRedis({ order, standings, board: { ...board, entries: [] } }, ledger)).toMatch(/^I6/);
  });
});

describe('the journal', () => {
  it('writes a line before each sending and one after each answer', () => {
    const journal = journalOf([UNKNOWN, OK]);
    const lines = readFileSync(journal.path, 'utf8').trim().split('\n').map((line) => Object.keys(JSON.parse(line))[1]);
    expect(lines).toEqual(['sending', 'answered', 'sending', 'answered']);
  });

  it('notes answers that must not be given', () => {
    expect(journalOf([{ ...UNKNOWN, status: 500 }]).wrong).toEqual(['update 0 was answered 500 instead of 201']);
  });
});
