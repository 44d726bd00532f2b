import { eventually } from '@scoreboard/harness';
import { COMMANDS, type DeadLetter, takeDeadLetters, waitingIn } from './broker';
import { checkLedger, checkRedis, ranked } from './checker';
import { get } from './client';
import type { Cluster } from './cluster';
import type { FaultContext } from './fault';
import { type LedgerSnapshot, readLedger, readRedis } from './snapshots';

/** The broker renews what it says of a quorum queue every few seconds. */
const STATISTICS_MS = 15_000;

export async function checkCluster(cluster: Cluster, { history, subscribers, users, allowance }: FaultContext<unknown>): Promise<string | undefined> {
  const waiting = await waitingIn(cluster.rabbitmq.url, COMMANDS);
  if (waiting) return `I9: ${waiting} messages wait in the queue`;
  const ledger = await readLedger(cluster.postgres.url, users);
  const broken = checkLedger(ledger, history, allowance) ?? checkRedis(await readRedis(cluster.redis.url), ledger) ?? (await checkReads(cluster.apis.map(({ url }) => url), ledger));
  return broken ?? subscribers.check(ranked(ledger, 10));
}

/** Whether what is read over HTTP is the beginning of the ledger's order. */
export async function checkReads(apis: readonly string[], ledger: LedgerSnapshot): Promise<string | undefined> {
  for (const api of apis) {
    for (const limit of [10, 100]) {
      const { status, body } = await get(`${api}/api/scores/top?limit=${limit}`);
      const expected = ranked(ledger, limit).map(({ userId, score }) => ({ userId, score }));
      if (status !== 200 || JSON.stringify(body) !== JSON.stringify(expected)) return `I6: GET top?limit=${limit} (status ${status}) is not the order of the ledger`;
    }
  }
  return undefined;
}

/** What can be asked once only, when all else holds: it empties the dead letters. */
export async function concludeCluster(cluster: Cluster, { deadLetters }: FaultContext<unknown>): Promise<string | undefined> {
  let unacknowledged: string | undefined;
  const isAcknowledged = async () => (unacknowledged = await unacknowledgedIn(cluster)) === '0';
  if (!(await eventually(isAcknowledged, STATISTICS_MS, 1_000))) return `I9: ${unacknowledged} messages are not acknowledged`;
  return checkDeadLetters(await takeDeadLetters(cluster.rabbitmq.url), deadLetters);
}

async function unacknowledgedIn({ rabbitmq }: Cluster): Promise<string | undefined> {
  const queues = await rabbitmq.ctl('-q', '--no-table-headers', 'list_queues', 'name', 'messages_unacknowledged');
  return queues.split('\n').find((line) => line.startsWith(`${COMMANDS}\t`))?.split('\t')[1];
}

/** A letter may be there more than once: it is written before its message is acknowledged. */
export function checkDeadLetters(found: readonly DeadLetter[], expected: readonly DeadLetter[]): string | undefined {
  const show = ({ reason, content }: DeadLetter) => `${reason} ${content.slice(0, 100)}`;
  const isAmong = (letter: DeadLetter, all: readonly DeadLetter[]) => all.some((other) => other.reason === letter.reason && other.content === letter.content);
  const stray = found.find((letter) => !isAmong(letter, expected));
  if (stray) return `I8: a dead letter that nobody caused: ${show(stray)}`;
  const missing = expected.find((letter) => !isAmong(letter, found));
  return missing && `I8: this is not among the dead letters: ${show(missing)}`;
}
