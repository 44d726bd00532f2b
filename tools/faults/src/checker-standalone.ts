import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedDatabase } from '@scoreboard/infrastructure/postgres';
import { checkLedger, ranked } from './checker';
import { get } from './client';
import type { FaultContext } from './fault';
import { type LedgerSnapshot, readLedger } from './ledger-snapshot';
import type { StandaloneSystem } from './standalone-system';

/** The first invariant that does not hold yet, as far as can be seen from outside. */
export async function checkStandalone({ member }: StandaloneSystem, { subscribers }: FaultContext<unknown>): Promise<string | undefined> {
  const { status, body } = await get(`${member.url}/api/scores/top`);
  if (status !== 200) return `I12: GET top is answered ${status}`;
  const entries = (body as { userId: string; score: number }[]).map((entry, i) => ({ rank: i + 1, ...entry }));
  const outdated = subscribers.notShowing(entries);
  return outdated.length ? `I7: ${outdated.length} clients do not show the top ten, the first is ${outdated[0]}` : undefined;
}

/** Ends the process, for one alone may have the folder open, compares its ledger with everything else, and starts it again. */
export async function concludeStandalone({ member, folder }: StandaloneSystem, { history, users, allowance }: FaultContext<unknown>): Promise<string | undefined> {
  const { body } = await get(`${member.url}/api/scores/top?limit=100`);
  await member.stop();
  const ledger = await readFolder(folder, users);
  await member.start();
  const broken = checkLedger(ledger, history, allowance);
  if (broken) return broken;
  const expected = ranked(ledger, 100).map(({ userId, score }) => ({ userId, score }));
  if (JSON.stringify(body) !== JSON.stringify(expected)) return 'I6: GET top?limit=100 was not the order of the ledger';
  const letters = join(folder, 'dead-letters.jsonl');
  return existsSync(letters) && readFileSync(letters).length ? 'I8: there are dead letters that nobody caused' : undefined;
}

async function readFolder(folder: string, users: readonly string[]): Promise<LedgerSnapshot> {
  const embedded = await EmbeddedDatabase.start({ folder });
  try {
    return await readLedger({ host: embedded.address.socketFolder ?? '127.0.0.1', port: embedded.address.port }, users);
  } finally {
    await embedded.stop();
  }
}
