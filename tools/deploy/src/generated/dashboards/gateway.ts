import { CHOSEN, type Outline } from './dashboard';
import { graph, heatmap, spread, states } from './panel';

/** Only processes with sockets have this metric. */
const WITH_SOCKETS = `and on (instance) scoreboard_socketio_clients{${CHOSEN}}`;
const rate = (metric: string) => ({ '{{instance}}': `rate(${metric}{${CHOSEN}}[$__rate_interval])` });

export const gateway: Outline = {
  title: 'gateway',
  description: 'Live updates: who is connected, what is pushed, and whether a gateway has capacity left.',
  variables: ['role', 'instance'],
  sections: {
    Clients: [
      graph('By transport', 'Open sockets, over both protocols.', 'none',
        { 'Socket.IO': `sum(scoreboard_socketio_clients{${CHOSEN}})`, 'plain WebSocket': `sum(scoreboard_websocket_clients{${CHOSEN}})` },
        { stacked: true }),
      graph('By gateway', 'Open sockets of each gateway. If gateways differ much, the load balancer does not distribute connections evenly.', 'none',
        { '{{instance}}': `scoreboard_socketio_clients{${CHOSEN}} + scoreboard_websocket_clients{${CHOSEN}}` }, { stacked: true }),
      graph('Open files', 'Share of the files that a gateway may open; each socket uses one.', 'percentunit',
        { '{{instance}}': `process_open_fds{${CHOSEN}} / process_max_fds{${CHOSEN}} ${WITH_SOCKETS}` }, { max: 1, warn: 0.7, alarm: 0.9 }),
    ],
    Pushes: [
      graph('Pushes', 'States sent per second, one per client.', 'cps', rate('scoreboard_pushes_total')),
      graph('Skipped', 'States per second not sent at once because the client was busy; it gets the newest state when it is ready.', 'cps',
        rate('scoreboard_pushes_skipped_total')),
      graph('Dropped', 'Clients per second disconnected because they read too slowly. They reconnect by themselves.', 'cps',
        rate('scoreboard_clients_dropped_total'), { warn: 0.1, alarm: 1, runbook: 'ScoreboardClientsDropped' }),
    ],
    'The board': [
      graph('Delay', "Time from the ledger's commit until a gateway has the new board.", 's', spread(`scoreboard_board_delay_seconds{${CHOSEN}}`),
        { warn: 0.5, alarm: 1, runbook: 'ScoreboardBoardSlow' }),
      states('Fresh',
        'Down if a gateway has not been able to read the board for two seconds: its clients are told that the board may be old, and new clients are refused.',
        { '{{instance}}': `scoreboard_dependency_up{${CHOSEN},dependency="board"}` }, { runbook: 'ScoreboardDependencyDown' }),
      graph('Failed reads', 'Failed reads of the board in Redis, by api and gateway.', 'none',
        `increase(scoreboard_board_failed_reads_total{${CHOSEN}}[$__rate_interval])`, { runbook: 'ScoreboardDependencyDown' }),
      heatmap('Committed to a gateway', "Time from the ledger's commit until a gateway or api has the new board, as a distribution.", 's',
        `scoreboard_board_delay_seconds_bucket{${CHOSEN}}`, { width: 24, runbook: 'ScoreboardBoardSlow' }),
    ],
    'Capacity': [
      graph('Event loop', 'How late a gateway starts its next task, 99th percentile. 200 ms delays all its clients.', 's',
        { '{{instance}}': `nodejs_eventloop_lag_p99_seconds{${CHOSEN}} ${WITH_SOCKETS}` },
        { warn: 0.1, alarm: 0.2, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Processor', 'CPU seconds per second. JavaScript uses at most one core, its helper threads a little more.', 'percentunit',
        { '{{instance}}': `rate(process_cpu_seconds_total{${CHOSEN}}[$__rate_interval]) ${WITH_SOCKETS}` },
        { warn: 0.7, alarm: 0.9, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Memory', 'Resident memory and the used part of the heap. The Compose file allows 768 MiB.', 'bytes',
        { 'resident, {{instance}}': `process_resident_memory_bytes{${CHOSEN}} ${WITH_SOCKETS}`, 'heap, {{instance}}': `nodejs_heap_size_used_bytes{${CHOSEN}} ${WITH_SOCKETS}` },
        { warn: 500 * 2 ** 20, alarm: 650 * 2 ** 20, runbook: 'ScoreboardMemoryHigh' }),
    ],
  },
};
