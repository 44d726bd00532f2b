import { CHOSEN, type Outline } from './dashboard';
import { graph, heatmap, spread, states } from './panel';

/** Only processes with sockets have this metric. */
const WITH_SOCKETS = `and on (instance) scoreboard_socketio_clients{${CHOSEN}}`;
const rate = (metric: string) => ({ '{{instance}}': `rate(${metric}{${CHOSEN}}[$__rate_interval])` });

export const gateway: Outline = {
  title: 'gateway',
  description: 'The live side: who is connected, what is pushed to them, and whether a gateway has room left.',
  variables: ['role', 'instance'],
  sections: {
    Clients: [
      graph('By transport', 'Sockets that are open now, over both protocols.', 'none',
        { 'Socket.IO': `sum(scoreboard_socketio_clients{${CHOSEN}})`, 'plain WebSocket': `sum(scoreboard_websocket_clients{${CHOSEN}})` },
        { stacked: true }),
      graph('By gateway', 'Sockets of each gateway. Unequal gateways hint at a load balancer that does not spread.', 'none',
        { '{{instance}}': `scoreboard_socketio_clients{${CHOSEN}} + scoreboard_websocket_clients{${CHOSEN}}` }, { stacked: true }),
      graph('Open files', 'Part of the files that a gateway may open: a socket takes one each.', 'percentunit',
        { '{{instance}}': `process_open_fds{${CHOSEN}} / process_max_fds{${CHOSEN}} ${WITH_SOCKETS}` }, { max: 1, limits: { warn: 0.7, alarm: 0.9 } }),
    ],
    Pushes: [
      graph('Pushes', 'States sent in a second, one for each client.', 'cps', rate('scoreboard_pushes_total')),
      graph('Skipped', 'States in a second that a busy client did not get at once; it gets the newest when it is ready.', 'cps',
        rate('scoreboard_pushes_skipped_total')),
      graph('Dropped', 'Clients in a second that were dropped since they read too slowly. They come back by themselves.', 'cps',
        rate('scoreboard_clients_dropped_total'), { limits: { warn: 0.1, alarm: 1 }, runbook: 'ScoreboardClientsDropped' }),
    ],
    'The board': [
      graph('Delay', "From the ledger's commit to a gateway having the new board.", 's', spread(`scoreboard_board_delay_seconds{${CHOSEN}}`),
        { limits: { warn: 0.5, alarm: 1 }, runbook: 'ScoreboardBoardSlow' }),
      states('Fresh',
        'Down while a gateway has not been able to read the board for two seconds: clients are told that it may be old, and new ones are refused.',
        { '{{instance}}': `scoreboard_dependency_up{${CHOSEN},dependency="board"}` }, { runbook: 'ScoreboardDependencyDown' }),
      graph('Reads that failed', 'Reads of the board in Redis that failed, in api and gateway.', 'none',
        { '{{role}} {{instance}}': `increase(scoreboard_board_failed_reads_total{${CHOSEN}}[$__rate_interval])` },
        { runbook: 'ScoreboardDependencyDown' }),
      heatmap('Committed to a gateway', "From the ledger's commit to a gateway or api having the new board: how many took how long.", 's',
        `scoreboard_board_delay_seconds_bucket{${CHOSEN}}`, { width: 24, runbook: 'ScoreboardBoardSlow' }),
    ],
    'Room left': [
      graph('Event loop', 'How late a gateway comes to its next task, for one in a hundred. 200 ms delays everybody.', 's',
        { '{{instance}}': `nodejs_eventloop_lag_p99_seconds{${CHOSEN}} ${WITH_SOCKETS}` },
        { limits: { warn: 0.1, alarm: 0.2 }, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Processor', 'Seconds of processor in a second; JavaScript uses one core at most, its helpers a little more.', 'percentunit',
        { '{{instance}}': `rate(process_cpu_seconds_total{${CHOSEN}}[$__rate_interval]) ${WITH_SOCKETS}` },
        { limits: { warn: 0.7, alarm: 0.9 }, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Memory', 'Resident memory and the used part of the heap. The Compose file allows 768 MiB.', 'bytes',
        { 'resident, {{instance}}': `process_resident_memory_bytes{${CHOSEN}} ${WITH_SOCKETS}`, 'heap, {{instance}}': `nodejs_heap_size_used_bytes{${CHOSEN}} ${WITH_SOCKETS}` },
        { limits: { warn: 500 * 2 ** 20, alarm: 650 * 2 ** 20 }, runbook: 'ScoreboardMemoryHigh' }),
    ],
  },
};
