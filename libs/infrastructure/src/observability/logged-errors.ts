import { Logger } from '@nestjs/common';
import { ErrorReporter } from '@scoreboard/application';
import { Counter } from 'prom-client';

/** The same fault is logged once in this time; every one is counted. */
const QUIET_MS = 10_000;

/** Counts faults that another mechanism mends, and logs each kind once in a while: an outage is one line, not a thousand. */
export class LoggedErrors extends ErrorReporter {
  private readonly logger = new Logger('Faults');
  private readonly lastLogged = new Map<string, number>();
  private readonly counter = new Counter({ name: 'scoreboard_faults_total', help: 'Faults that are mended later, by what went wrong', labelNames: ['what'] });

  report(what: string, error: unknown): void {
    this.counter.inc({ what });
    const now = Date.now();
    if (now - (this.lastLogged.get(what) ?? 0) < QUIET_MS) return;
    this.lastLogged.set(what, now);
    this.logger.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
