import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '@scoreboard/harness';

/** The part of V8's format that is read here; times in microseconds, of the machine's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The functions that took most of the busy time between `from` and `to`, in microseconds; the share that each took itself. */
export function busiest({ nodes, startTime, samples, timeDeltas }: CpuProfile, from: number, to: number) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const took = new Map<string, number>();
  let at = startTime;
  let busy = 0;
  samples.forEach((sample, i) => {
    const { functionName, url, lineNumber } = frames.get(sample)!;
    at += timeDeltas[i]!;
    if (at < from || at > to || functionName === '(idle)') return;
    const name = `${functionName || '(anonymous)'} ${placeOf(url)}${url && !url.startsWith('node:') ? `:${lineNumber + 1}` : ''}`;
    took.set(name, (took.get(name) ?? 0) + timeDeltas[i]!);
    busy += timeDeltas[i]!;
  });
  return [...took].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share);
}

const placeOf = (url: string): string => (url.startsWith('file:') || url.startsWith('/') ? relative(projectRoot(), url.startsWith('file:') ? fileURLToPath(url) : url) : url);
