import { type CommandOutcome, GLOBAL_PERIOD, type HistoryItem, type LedgerChange, type LedgerHead, type RankedScore, type RejectionReason, type Standing } from '@scoreboard/domain';

/** The board `global`; also the id of the ledger, whose row its writers lock. */
export const GLOBAL = GLOBAL_PERIOD;

// The driver returns `bigint` as text; all our values are below 2^53.
export type StandingRow = { user_id: string; score: string; reached_at: string; version: string; hidden: boolean };
export type RankedRow = { rank: string | number; user_id: string; score: string };
export type HeadRow = { ledger_id: string; last_seq: string };
export type HistoryRow = {
  command_id: string;
  score_increment: string;
  score_after: string;
  action: string | null;
  reverses: string | null;
  moved: string | null;
  at: Date;
  seq: string;
};
export type OutcomeRow = {
  command_id: string;
  user_id: string;
  score_increment: string;
  issued_by: string | null;
  issuer: string | null;
  seq: string | null;
  score_after: string | null;
  reason: RejectionReason | null;
};

export const toHead = (row: HeadRow): LedgerHead => ({ ledgerId: row.ledger_id, lastSeq: Number(row.last_seq) });
export const toRanked = (row: RankedRow): RankedScore => ({ rank: Number(row.rank), userId: row.user_id, score: Number(row.score) });

/** The other side of an event that moved points from a guest to a player. */
export const movedOf = ({ moved, reverses }: { readonly moved: string | null; readonly reverses: string | null }): { readonly movedFrom?: string; readonly movedTo?: string } =>
  moved === null ? {} : reverses === null ? { movedFrom: moved } : { movedTo: moved };

export const toHistoryItem = (row: HistoryRow): HistoryItem => ({
  commandId: row.command_id,
  scoreIncrement: Number(row.score_increment),
  scoreAfter: Number(row.score_after),
  ...(row.action === null ? {} : { action: row.action }),
  ...(row.reverses === null ? {} : { reverses: row.reverses }),
  ...movedOf(row),
  at: row.at,
  seq: Number(row.seq),
});

export function toOutcome(row: OutcomeRow): CommandOutcome {
  const command = {
    commandId: row.command_id,
    userId: row.user_id,
    scoreIncrement: Number(row.score_increment),
    ...(row.issued_by === null ? {} : { issuedBy: row.issued_by }),
    ...(row.issuer === null ? {} : { issuerDigest: row.issuer.replaceAll('-', '') }),
  };
  return row.reason === null
    ? { ...command, status: 'applied', seq: Number(row.seq), scoreAfter: Number(row.score_after) }
    : { ...command, status: 'rejected', reason: row.reason };
}

export const toStanding = (row: StandingRow): Standing => ({
  userId: row.user_id,
  score: Number(row.score),
  reachedAt: Number(row.reached_at),
  version: Number(row.version),
  hidden: row.hidden,
});

/** Parses standings, one per line: "userId score reachedAt version hidden". Null means none. */
export const parseStandings = (text: string | null): readonly Standing[] =>
  text === null
    ? []
    : text.split('\n').map(parseStanding);

function parseStanding(line: string): Standing {
  const [userId, score, reachedAt, version, hidden] = line.split(' ');
  return { userId: userId!, score: Number(score), reachedAt: Number(reachedAt), version: Number(version), hidden: hidden === '1' };
}

/** The result of the SQL functions that write the ledger. */
export type ChangeRow = { range_from: string; range_to: string; standings: string | null; period_standings: string | null };

export const toChange = (row: ChangeRow): LedgerChange => ({
  range: { from: Number(row.range_from), to: Number(row.range_to) },
  standings: parseStandings(row.standings),
  ...(row.period_standings !== null && { periods: parsePeriods(row.period_standings) }),
});

/** Like `parseStandings`, with the key of the period first in each line. */
function parsePeriods(text: string): ReadonlyMap<number, readonly Standing[]> {
  const lines = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const end = line.indexOf(' ');
    const key = line.slice(0, end);
    const own = lines.get(key);
    if (own) own.push(line.slice(end + 1));
    else lines.set(key, [line.slice(end + 1)]);
  }
  return new Map([...lines].map(([key, own]) => [Number(key), own.map(parseStanding)]));
}
