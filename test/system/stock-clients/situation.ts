import { setTimeout as delay } from 'node:timers/promises';
import { type ClientPlan, Crowd, DOCUMENTED_KINDS, type Kind, type Seen, STOCK_KINDS, type TokenPlan } from './crowd';
import { type Balancer, Gateway, type ServedSystem, startBalancer } from './served-system';

/** Clients of each stock kind: half of them on the gateway, half behind the load balancer. A quarter joins during the outage. */
const CLIENTS_OF_A_KIND = 20;
const DOCUMENTED_OF_A_KIND = 4;
/** Which of every sixteen clients join late, in two groups. Each group has clients of all kinds, on the gateway and behind the load balancer. */
const LATE = [[0, 3], [8, 11]];
/** The time limit from the end of the outage until every client has the current board. */
const BACK_WITHIN_MS = 10_000;
const JOIN_WITHIN_MS = 60_000;

/** An outage of real connections. */
export interface Situation {
  readonly name: string;
  readonly gateways?: 1 | 2;
  readonly settings?: NodeJS.ProcessEnv;
  readonly token?: TokenPlan;
  readonly isMountedTwice?: boolean;
  /** Resolves when the outage is over. During the outage `joinMore` lets further clients connect. */
  readonly happen: (scene: Scene) => Promise<void>;
  /** What else is wrong with a client at the end, besides its board. */
  readonly blame?: (seen: Seen) => string | undefined;
}

export interface Scene {
  readonly system: ServedSystem;
  readonly gateways: readonly Gateway[];
  readonly balancer: Balancer;
  readonly crowd: Crowd;
  /** Lets `count` further clients join (default: all) and returns them. */
  readonly joinMore: (count?: number) => Promise<readonly ClientPlan[]>;
  /** Waits until the condition holds for all joined clients. */
  readonly until: (isSo: (seen: Seen) => boolean) => Promise<void>;
}

export interface Outcome {
  readonly clients: number;
  /** Milliseconds from the end of the outage until every client had the current board. */
  readonly backAfterMs: number;
  /** Clients without the current board, and other complaints. */
  readonly blamed: readonly string[];
}

/** Runs a situation with clients of all kinds, and returns the clients that did not recover. `onJoined` is called when the outage begins. */
export async function play(system: ServedSystem, situation: Situation, onJoined: () => void): Promise<Outcome> {
  const gateways = await Promise.all(Array.from({ length: situation.gateways ?? 1 }, () => Gateway.start(system, situation.settings ?? {})));
  const balancer = await startBalancer(gateways);
  const crowd = new Crowd();
  try {
    const plans = plansOf(situation, gateways, balancer);
    await crowd.join(plans.filter((_, i) => !LATE.flat().includes(i % 16)));
    await until(crowd, showsMarkerAt(await system.raise()), JOIN_WITHIN_MS);
    onJoined();
    const late = LATE.flatMap((parts) => plans.filter((_, i) => parts.includes(i % 16)));
    const joinMore = async (count = late.length) => {
      const joining = late.splice(0, count);
      await crowd.join(joining);
      return joining;
    };
    await situation.happen({ system, gateways, balancer, crowd, joinMore, until: async (isSo) => void (await until(crowd, isSo, JOIN_WITHIN_MS)) });
    return await judge(system, situation, crowd, plans.length);
  } finally {
    await crowd.stop();
    await balancer.stop();
    await Promise.all(gateways.map((gateway) => gateway.end()));
  }
}

/** Checks after the outage that every client recovers in time. */
async function judge(system: ServedSystem, situation: Situation, crowd: Crowd, clients: number): Promise<Outcome> {
  const overAt = Date.now();
  const isShown = showsMarkerAt(await system.raise());
  const complaintsOf = (seen: Seen) => [isShown(seen) ? [] : 'has not the true board', seen.fell ? 'was shown an older board' : [], situation.blame?.(seen) ?? []].flat();
  const seen = await until(crowd, (each) => !complaintsOf(each).length, BACK_WITHIN_MS - (Date.now() - overAt)).catch(() => crowd.look());
  const backAfterMs = Date.now() - overAt;
  const blamed = seen.flatMap((each) => complaintsOf(each).map((what) => tell(each, what)));
  if (seen.length !== clients) blamed.push(`${clients - seen.length} clients have not joined`);
  return { clients, backAfterMs, blamed };
}

/** Without the trailing slash of a URL. */
export const originOf = ({ front }: Gateway | Balancer): string => new URL(front.url).origin;

function plansOf({ token, isMountedTwice }: Situation, gateways: readonly Gateway[], balancer: Balancer): ClientPlan[] {
  const origins = [...gateways.map(originOf), originOf(balancer)];
  const many = (kind: Kind, count: number) =>
    Array.from({ length: count }, (_, i): ClientPlan => ({ kind, name: `${kind.replace(/\W+/g, '-')}-${i}`, origin: i % 2 ? origins.at(-1)! : origins[(i >> 1) % (origins.length - 1)]!, token, isMountedTwice }));
  return [...STOCK_KINDS.flatMap((kind) => many(kind, CLIENTS_OF_A_KIND)), ...DOCUMENTED_KINDS.flatMap((kind) => many(kind, DOCUMENTED_OF_A_KIND))];
}

async function until(crowd: Crowd, isSo: (seen: Seen) => boolean, withinMs: number): Promise<readonly Seen[]> {
  for (const deadline = Date.now() + withinMs; ; await delay(200)) {
    const seen = await crowd.look();
    const others = seen.filter((each) => !isSo(each));
    if (!others.length) return seen;
    if (Date.now() > deadline) throw new Error(`condition not met within ${withinMs / 1_000} s: ${others.map((each) => tell(each, 'waits')).join('\n')}`);
  }
}

/** Whether a client's board is at least as new as this score of the marker. */
const showsMarkerAt = (score: number) => (seen: Seen): boolean => seen.score >= score;
const tell = ({ name, notes }: Seen, what: string): string => `${name} ${what}: ${notes.join(', ') || 'nothing happened to its connection'}`;
