import { Logger } from '@nestjs/common';
import { ErrorReporter } from '@scoreboard/application';
import { Counter } from 'prom-client';

/** Errors with the same `what` are logged at most once per this time; all are counted. */
const QUIET_MS = 10_000;

/** Counts reported errors and logs each kind at most every 10 s, so that an outage does not flood the log. */
export class LoggedErrors extends ErrorReporter {
  private readonly logger = new Logger('Faults');
  private readonly lastLogged = new Map<string, number>();
  private readonly counter = new Counter({ name: 'scoreboard_faults_total', help: 'Errors that are recovered later, by what failed', labelNames: ['what'] });

  report(what: string, error: unknown): void {
    this.counter.inc({ what });
    const now = Date.now();
    if (now - (this.lastLogged.get(what) ?? 0) < QUIET_MS) return;
    this.lastLogged.set(what, now);
    this.logger.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
