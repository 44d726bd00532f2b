import type { Provider } from '@nestjs/common';
import { BoardFeed, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { SettingsError } from '@scoreboard/infrastructure/config';
import type { ScoreboardAdapters } from './scoreboard-options';

type AdapterName = keyof ScoreboardAdapters;

const PORTS = { queue: ScoreQueue, ledger: ScoreLedger, leaderboard: Leaderboard, feed: BoardFeed, verifier: TokenVerifier } as const;

/** Abstract methods leave no trace at run time. */
const METHODS: Readonly<Record<AdapterName, readonly string[]>> = {
  queue: ['submit', 'consume', 'isUp', 'stats'],
  ledger: ['ofPeriod', 'apply', 'reject', 'outcomes', 'head', 'raiseSequenceFloor', 'standings', 'changedSince', 'standing', 'userCount', 'best', 'top', 'players', 'ranked', 'around', 'history'],
  leaderboard: ['put', 'position', 'board', 'top', 'players', 'places', 'around', 'replace', 'drop', 'beginRebuild'],
  feed: ['publish', 'subscribe'],
  verifier: ['recall', 'verify', 'isUp'],
};

export const CHECKED = Symbol('the adapters of the host are complete');

/** Stops the start with a sentence for each adapter of the host that lacks methods of its port. */
export function checkAdapters(adapters: ScoreboardAdapters): Provider {
  const names = (Object.keys(PORTS) as AdapterName[]).filter((name) => adapters[name]);
  const useFactory = (...instances: readonly unknown[]): true => {
    const lines = names.flatMap((name, i) => mistakesOf(name, instances[i]));
    if (lines.length) throw new SettingsError(lines);
    return true;
  };
  return { provide: CHECKED, useFactory, inject: names.map((name) => PORTS[name]) };
}

function mistakesOf(name: AdapterName, adapter: unknown): string[] {
  const missing = METHODS[name].filter((method) => typeof (adapter as Record<string, unknown> | null | undefined)?.[method] !== 'function');
  return missing.length ? [`ScoreboardModule: adapters.${name} lacks ${missing.join(', ')} of the port ${PORTS[name].name}. Extend it, and run its contract suite.`] : [];
}
