import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Verdict } from './run-fault';

/** Verdicts of a run that may be broken off, one JSON object a line. */
export class StateFile {
  readonly verdicts: Verdict[];

  constructor(private readonly path?: string) {
    const lines = path && existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
    this.verdicts = lines.map((line) => JSON.parse(line) as Verdict);
  }

  has(fault: string, seed: number): boolean {
    return this.verdicts.some((verdict) => verdict.fault === fault && verdict.seed === seed);
  }

  add(verdict: Verdict): void {
    this.verdicts.push(verdict);
    if (this.path) appendFileSync(this.path, `${JSON.stringify(verdict)}\n`);
  }
}
