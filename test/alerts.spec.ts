import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';
import { parse } from 'yaml';

interface Alert {
  readonly alert: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const ROOT = projectRoot();
const FOLDER = join(ROOT, 'deploy/observability/prometheus');
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const { groups } = parse(read(FOLDER, 'rules/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const runbooks = [...read(ROOT, 'docs/runbooks.md').matchAll(/^### (Scoreboard\w+)$/gm)].map(([, title]) => title!);

/** Always fires, for an external service that expects it. */
const WATCHDOG = 'ScoreboardWatchdog';

describe('the alerts', () => {
  it('each have a runbook in docs/runbooks.md, and each runbook has an alert', () => {
    expect(runbooks.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    expect(alerts.map(({ annotations }) => annotations.runbook)).toEqual(alerts.map(({ alert }) => `docs/runbooks.md#${alert.toLowerCase()}`));
  });

  it('have the severity page or ticket', () => {
    const severities = alerts.filter(({ alert }) => alert !== WATCHDOG).map(({ labels }) => labels.severity);
    expect([...new Set(severities)].sort()).toEqual(['page', 'ticket']);
  });

  it('each have a test in which they fire, and a moment in which they do not', () => {
    const files = readdirSync(join(FOLDER, 'tests'));
    const tests = files.flatMap((file) => (parse(read(FOLDER, 'tests', file)) as { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] }).tests);
    const moments = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    const named = (fires: boolean) => [...new Set(moments.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map(({ alertname }) => alertname))].sort();
    const all = alerts.map(({ alert }) => alert).sort();
    expect(named(true)).toEqual(all);
    expect(named(false)).toEqual(all.filter((alert) => alert !== WATCHDOG));
  });

  it('use only existing metrics', () => {
    const documented = new Set([...read(ROOT, 'docs/operations.md').matchAll(/`((?:scoreboard|http)_[a-z_]+)`/g)].map(([, name]) => name));
    const rules = readdirSync(join(FOLDER, 'rules')).map((file) => read(FOLDER, 'rules', file)).join('\n');
    const named = [...rules.matchAll(/\b((?:scoreboard|http)_[a-z_]+)\b/g)].map(([, name]) => name!.replace(/(?<=seconds)_(?:bucket|count|sum)$/, ''));
    expect(named.filter((name) => !documented.has(name))).toEqual([]);
  });
});
