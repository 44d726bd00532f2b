import { make, messageOf, number } from './dom';
import { parseMetrics, type Sample, sumOf } from './metrics';
import { Picture } from './picture';
import type { View } from './view';
import { find } from '../find';

const EVERY_MS = 5_000;
const ANSWER_MS = 10_000;

/** What is drawn: a metric of this process, as it is, or its increase in a second. */
const SHOWN = [
  { metric: 'http_request_duration_seconds_count', title: 'Requests per second', isRate: true },
  { metric: 'scoreboard_refusals_total', title: 'Refused requests per second', isRate: true },
  { metric: 'scoreboard_queue_confirmed_commands_total', title: 'Updates queued per second', isRate: true },
  { metric: 'scoreboard_commands_applied_total', title: 'Updates applied per second', isRate: true },
  { metric: 'scoreboard_queue_unconfirmed_commands', title: 'Updates waiting for their confirm' },
  { metric: 'scoreboard_oldest_command_age_seconds', title: 'Age of the oldest update, in s' },
  { metric: 'scoreboard_leaderboard_lag_events', title: 'Events missing from the leaderboard' },
  { metric: 'scoreboard_consumer_lag_seconds', title: 'Lag of consumers, in s' },
  { metric: 'scoreboard_faults_total', title: 'Faults per second', isRate: true },
] as const;

/** Health, lag and rates of the process that serves the desk, while the view is open. */
export class HealthView implements View {
  private readonly pictures = new Map<string, Picture>();
  private last?: { readonly samples: readonly Sample[]; readonly at: number };
  private timer?: ReturnType<typeof setTimeout>;

  open(): void {
    clearTimeout(this.timer);
    void this.look();
  }

  private async look(): Promise<void> {
    if (find('[data-view=health]').hidden) return;
    await Promise.all([this.showState(), this.showMetrics()]);
    this.timer = setTimeout(() => void this.look(), EVERY_MS);
  }

  private async showState(): Promise<void> {
    const state = find('[data-state-of]');
    try {
      const { status, ...others } = (await (await read('/health/ready')).json()) as { readonly status?: string };
      const parts = Object.entries(others).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
      state.textContent = [`This process is ${status ?? 'in an unknown state'}.`, ...parts].join(' ');
    } catch (error) {
      state.textContent = `The health cannot be read: ${messageOf(error)}`;
    }
  }

  private async showMetrics(): Promise<void> {
    try {
      const response = await read('/metrics');
      if (!response.ok) throw new Error(`/metrics answers with status ${response.status} here`);
      this.draw(parseMetrics(await response.text()), Date.now());
      find('[data-metrics-problem]').textContent = '';
    } catch (error) {
      find('[data-metrics-problem]').textContent = `The metrics cannot be read: ${messageOf(error)}`;
    }
  }

  private draw(samples: readonly Sample[], at: number): void {
    const up = samples.filter(({ name }) => name === 'scoreboard_dependency_up');
    find('[data-servers]').replaceChildren(...up.map(({ labels, value }) => make('li', { 'data-up': String(value === 1) }, `${labels.dependency}: ${value === 1 ? 'up' : 'down'}`)));
    for (const { metric, title, ...shown } of SHOWN) {
      const now = sumOf(samples, metric);
      if (now === undefined) continue;
      const before = this.last && sumOf(this.last.samples, metric);
      const value = 'isRate' in shown ? before !== undefined && rate(before, now, at - this.last!.at) : now;
      if (value !== false) this.pictureOf(title).add(value);
    }
    this.last = { samples, at };
  }

  private pictureOf(title: string): Picture {
    let picture = this.pictures.get(title);
    if (!picture) this.pictures.set(title, (picture = new Picture(find('[data-pictures]'), title, (value) => number(Math.round(value * 100) / 100))));
    return picture;
  }
}

/** A counter begins again at 0 when its process is restarted. */
const rate = (before: number, now: number, ms: number): number => (now < before ? 0 : (now - before) / (ms / 1_000));

/** Without the token: these paths are open to all who can reach them. */
const read = (path: string): Promise<Response> => fetch(path, { signal: AbortSignal.timeout(ANSWER_MS), credentials: 'omit', cache: 'no-store' });
