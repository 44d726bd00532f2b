import { join } from 'node:path';
import { type PrivateServer, projectRoot } from '@scoreboard/harness';
import { describeWith, eventually, startAlertmanager } from './support';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly inhibitedBy: readonly string[] };
}

describeWith('TEST_PROMETHEUS', 'the shipped Alertmanager', () => {
  let alertmanager: PrivateServer;
  beforeAll(async () => {
    alertmanager = await startAlertmanager(join(projectRoot(), 'deploy/observability/alertmanager/alertmanager.yml'));
  });
  afterAll(() => alertmanager?.stop());

  const page = (alertname: string, role?: string) => ({ labels: { alertname, severity: 'page', ...(role && { role }) } });

  it('inhibits alerts that follow from another alert, and routes the watchdog to its own receiver', async () => {
    const fired = [
      page('ScoreboardNoWorker', 'worker'),
      page('ScoreboardRoleDown', 'worker'),
      page('ScoreboardRoleDown', 'api'),
      page('ScoreboardQueueNotDrained'),
      page('ScoreboardQueueBlocked'),
      { labels: { alertname: 'ScoreboardWatchdog', severity: 'watchdog' } },
    ];
    const api = `${alertmanager.url}/api/v2/alerts`;
    const sent = await fetch(api, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fired) });
    expect(sent.status).toBe(200);
    await eventually(async () => {
      const alerts = (await (await fetch(api)).json()) as Alert[];
      const quiet = alerts.filter(({ status }) => status.inhibitedBy.length).map(({ labels: { alertname, role } }) => [alertname, role]);
      expect(quiet.sort()).toEqual([['ScoreboardQueueNotDrained', undefined], ['ScoreboardRoleDown', 'worker']]);
      expect(alerts.find(({ labels }) => labels.alertname === 'ScoreboardWatchdog')?.receivers).toEqual([{ name: 'watchdog' }]);
    });
  });
});
