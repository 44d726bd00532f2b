import type { Outline } from './dashboard';
import { graph, perSecond, quantile, spread, stat, table } from './panel';

const UPDATES = 'http_request_duration_seconds_count{route="/api/scores/update"}';
const FAILED = 'http_request_duration_seconds_count{route="/api/scores/update",status=~"5.."}';
const ACCEPTED = 'http_request_duration_seconds_count{route="/api/scores/update",status="201"}';
const APPLIED_LATE = 'scoreboard_apply_delay_seconds';
const SHOWN_LATE = 'scoreboard_board_delay_seconds{role=~"gateway|standalone"}';
/** What may fail of 30 days, by the objective. */
const BUDGET = 0.001;

export const overview: Outline = {
  title: 'overview',
  description: 'Is it healthy? Objectives, accepted and refused updates, the delay of boards, and whether leaderboard and ledger agree.',
  sections: {
    'Is it healthy?': [
      stat('Error budget left', 'Unused share of the updates that may be answered with 5xx in 30 days (0.1%). Below 0, the objective is missed.',
        'percentunit', `1 - ((sum(increase(${FAILED}[30d])) or vector(0)) / sum(increase(${UPDATES}[30d]))) / ${BUDGET}`,
        { instant: true, decimals: 0, warn: 0.5, alarm: 0, falling: true, runbook: 'ScoreboardUpdatesBurnSlow' }),
      stat('Budget burned, last hour', 'How many times faster than allowed updates fail. At 1 the budget lasts exactly 30 days, at 14.4 two days.',
        'suffix:x', `scoreboard:updates_failed:ratio_rate1h / ${BUDGET}`,
        { decimals: 1, warn: 1, alarm: 14.4, runbook: 'ScoreboardUpdatesBurnFast' }),
      stat('Accepted', 'Updates answered 201 per second.', 'reqps', perSecond(ACCEPTED), { decimals: 1 }),
      stat('Oldest command not applied', 'Age of the oldest command that a worker holds. It grows while PostgreSQL is unavailable; nothing is lost.', 's',
        'max(scoreboard_oldest_command_age_seconds)', { warn: 5, alarm: 60, runbook: 'ScoreboardCommandsStuck' }),
      stat('Leaderboard differs by', 'Standings in Redis that differed from the ledger in the last full pass of the audit. Normally 0.', 'none',
        'max(scoreboard_audit_differences)', { warn: 1, alarm: 1, runbook: 'ScoreboardLeaderboardDiffers' }),
      stat('Dead letters, last day', 'Commands that can never be applied, when they became dead letters. To list them: scoreboard dead-letters list.', 'none',
        'sum(increase(scoreboard_dead_letters_total[1d]))',
        { instant: true, decimals: 0, warn: 1, alarm: 10, runbook: 'ScoreboardDeadLetters' }),
      stat('Processes up', 'Processes of each role that Prometheus can scrape.', 'none', { '{{role}}': 'sum by (role) (up{job="scoreboard"})' },
        { width: 8, warn: 1, alarm: 1, falling: true, runbook: ['ScoreboardNoApi', 'ScoreboardNoGateway', 'ScoreboardNoWorker', 'ScoreboardRoleDown'] }),
      stat('Acceptance to push, p99',
        'Time from accepting an update until the gateways have the board: the sum of both p99, which is an upper estimate. PUSH_INTERVAL_MS is not included.', 's',
        `${quantile(0.99, APPLIED_LATE)} + ${quantile(0.99, SHOWN_LATE)}`, { warn: 0.5, alarm: 1, runbook: 'ScoreboardApplySlow' }),
      stat('Events not in the leaderboard', 'Events that are in PostgreSQL and not in Redis, at the last check. Normally 0 within a second.', 'none',
        'max(scoreboard_leaderboard_lag_events)', { warn: 1, alarm: 1_000, runbook: 'ScoreboardLeaderboardBehind' }),
      stat('Messages in the queue', 'Messages in scores.commands. At 100,000 updates are refused with 503.', 'none',
        'sum(rabbitmq_detailed_queue_messages{queue="scores.commands"})',
        { warn: 1_000, alarm: 20_000, runbook: ['ScoreboardQueueNotDrained', 'ScoreboardQueueLong'] }),
      stat('Clients', 'Open sockets, on all gateways.', 'none', 'sum(scoreboard_socketio_clients) + sum(scoreboard_websocket_clients)',
        { decimals: 0 }),
    ],
    Alerts: [
      table('Firing', 'Firing alerts. The dashboard "runbooks" says what to do about each. ScoreboardWatchdog always fires.',
        'ALERTS{alertname=~"Scoreboard.+",alertstate="firing"}', ['alertname', 'severity', 'role', 'instance', 'dependency', 'reason'],
        '/d/scoreboard-runbooks', { width: 12, runbook: 'ScoreboardWatchdog' }),
      graph('Error budget burned',
        'How many times faster than allowed updates fail, by window. An alert fires at 14.4 over 1h and 5m, at 6 over 6h and 30m, and at 1 over 3d.', 'suffix:x',
        Object.fromEntries(['5m', '30m', '1h', '6h', '3d'].map((window) => [window, `scoreboard:updates_failed:ratio_rate${window} / ${BUDGET}`])),
        { width: 12, warn: 1, alarm: 14.4, runbook: 'ScoreboardUpdatesBurnFast' }),
    ],
    Updates: [
      graph('Answers', 'Updates per second, by the status of the answer.', 'reqps',
        { '{{status}}': `sum by (status) (rate(${UPDATES}[$__rate_interval]))` }, { stacked: true }),
      graph('Refused, by reason', 'Refused requests per second, by the code of the problem; docs/problems.md explains each.', 'reqps',
        { '{{code}}': 'sum by (code) (rate(scoreboard_refusals_total[$__rate_interval]))' }, { stacked: true, runbook: 'ScoreboardUpdatesBurnFast' }),
      graph('Time to answer', 'Time from an update to the end of its answer. An update with Prefer: wait is answered when it is applied.', 's',
        spread('http_request_duration_seconds{route="/api/scores/update"}')),
    ],
    'From acceptance to push': [
      graph('Delay', 'Time from accepted to applied, and from applied until the gateways have the board. Each must be below 500 ms for 99%.', 's',
        { ...spread(APPLIED_LATE, 'applied'), ...spread(SHOWN_LATE, 'at the gateways') }, { warn: 0.5, alarm: 1, runbook: 'ScoreboardApplySlow' }),
      graph('Within 500 ms, over an hour',
        'Share of the updates that were applied, and of the boards that reached the gateways, within 500 ms. The objective is 99% over 30 days.',
        'percentunit', { applied: '1 - scoreboard:apply_slow:ratio_rate1h', 'at the gateways': '1 - scoreboard:board_slow:ratio_rate1h' },
        { max: 1, warn: 0.99, alarm: 0.99, falling: true, runbook: 'ScoreboardBoardSlow' }),
      graph('Accepted and applied', 'Commands per second. If fewer are applied than accepted, the queue grows.', 'cps',
        { accepted: perSecond('scoreboard_queue_confirmed_commands_total'), applied: perSecond('scoreboard_commands_applied_total') }, { runbook: 'ScoreboardQueueLong' }),
    ],
  },
};
