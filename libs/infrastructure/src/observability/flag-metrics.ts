import type { ErrorReporter, PlayerFlags } from '@scoreboard/application';
import { Gauge } from 'prom-client';

/** How many flags wait for a moderator, counted at each scrape. Without a value while the ledger cannot be read, which is reported. */
export function measureFlags(flags: PlayerFlags, errors: ErrorReporter): void {
  new Gauge({
    name: 'scoreboard_open_flags',
    help: 'Flags of suspicious points that wait for a moderator',
    async collect() {
      this.reset();
      try {
        this.set(await flags.countOpen());
      } catch (error) {
        this.remove();
        errors.report('open flags cannot be counted', error);
      }
    },
  });
}
