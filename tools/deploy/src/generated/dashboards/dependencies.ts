import { CHOSEN, type Outline } from './dashboard';
import { graph, states } from './panel';
import { postgresql } from './postgresql-section';
import { rabbitmq } from './rabbitmq-section';
import { redis } from './redis-section';

const PROCESS = '{{role}} {{instance}}';

export const dependencies: Outline = {
  uid: 'scoreboard-dependencies',
  title: 'dependencies',
  description: 'The servers that the roles depend on, as the roles see them and by their own metrics, and the processes.',
  variables: ['role', 'instance'],
  sections: {
    'As the roles see it': [
      states('Up', 'Whether each role reaches the servers it depends on. A role keeps running without them, see "What each outage does" in docs/operations.md.',
        { '{{role}}: {{dependency}}': `min by (role, dependency) (scoreboard_dependency_up{${CHOSEN}})` },
        { width: 16, runbook: 'ScoreboardDependencyDown' }),
      graph('Faults', 'Errors that are corrected later, by what went wrong; the log has the details.', 'none',
        { '{{what}}': `sum by (what) (increase(scoreboard_faults_total{${CHOSEN}}[$__rate_interval]))` }, { runbook: 'ScoreboardDependencyDown' }),
    ],
    PostgreSQL: postgresql,
    Redis: redis,
    RabbitMQ: rabbitmq,
    nginx: [
      graph('Requests', 'Per second, including health checks.', 'reqps', { requests: 'sum(rate(nginx_http_requests_total[$__rate_interval]))' },
        { width: 12, runbook: 'ScoreboardLoadBalancerDown' }),
      graph('Connections', 'Open connections. Sockets count as writing.', 'none',
        { active: 'sum(nginx_connections_active)', writing: 'sum(nginx_connections_writing)', waiting: 'sum(nginx_connections_waiting)' },
        { width: 12 }),
    ],
    Processes: [
      graph('Processor', 'CPU seconds per second. JavaScript uses at most one core, its helper threads a little more.', 'percentunit',
        { [PROCESS]: `rate(process_cpu_seconds_total{${CHOSEN}}[$__rate_interval])` }, { runbook: 'ScoreboardEventLoopSlow' }),
      graph('Memory', 'Resident memory. The Compose file allows 768 MiB.', 'bytes', { [PROCESS]: `process_resident_memory_bytes{${CHOSEN}}` },
        { limits: { warn: 500 * 2 ** 20, alarm: 650 * 2 ** 20 }, runbook: 'ScoreboardMemoryHigh' }),
      graph('Event loop', 'How late a process starts its next task, 99th percentile.', 's',
        { [PROCESS]: `nodejs_eventloop_lag_p99_seconds{${CHOSEN}}` }, { limits: { warn: 0.1, alarm: 0.2 }, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Garbage collection', 'Share of the time.', 'percentunit',
        { [PROCESS]: `sum by (role, instance) (rate(nodejs_gc_duration_seconds_sum{${CHOSEN}}[$__rate_interval]))` },
        { runbook: 'ScoreboardMemoryHigh' }),
      graph('Running for', 'A line that falls to 0 is a restart.', 's', { [PROCESS]: `time() - process_start_time_seconds{${CHOSEN}}` },
        { runbook: 'ScoreboardRoleRestarts' }),
      graph('Certificate expires in', 'For roles that serve TLS themselves.', 's',
        { [PROCESS]: `scoreboard_certificate_expires_timestamp_seconds{${CHOSEN}} - time()` },
        { limits: { warn: 30 * 86_400, alarm: 14 * 86_400, falling: true }, runbook: 'ScoreboardCertificateExpires' }),
      graph('Listeners that threw', 'Listeners of in-process events that threw, by event: a bug in a metric, a log or an extension.', 'none',
        { '{{event}}': `sum by (event) (increase(scoreboard_event_listener_failures_total{${CHOSEN}}[$__rate_interval]))` }),
    ],
  },
};
