import type { ConfirmChannel } from 'amqplib';

type SqlRow = readonly [user: string, statement: string, error: string];
type RedisRow = readonly [user: string, command: readonly string[], error: RegExp];
type BrokerRow = readonly [user: string, what: string, act: (channel: ConfirmChannel) => Promise<unknown>, error: string];

const event = `INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after) VALUES (1, 1, gen_random_uuid(), 'eve', 9, 9)`;
const APPLY = `SELECT apply_commands(1::smallint, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`;
const HIDE = `SELECT hide_user(1::smallint, 'ann', true, 'why', 'eve')`;
const denied = (what: string) => `permission denied for ${what}`;
const everybody = ['api', 'worker', 'operator', 'reader'].flatMap((user): SqlRow[] => [
  [user, 'DROP TABLE score_event', 'must be owner of table score_event'],
  [user, 'DELETE FROM score_event', denied('table score_event')],
  [user, 'UPDATE score_event SET score_increment = 9', denied('table score_event')],
  [user, event, denied('table score_event')],
  [user, 'UPDATE score_total SET score = 9', denied('table score_total')],
  [user, 'TRUNCATE score_total', denied('table score_total')],
  [user, `UPDATE leaderboard SET ledger_id = gen_random_uuid()`, denied('table leaderboard')],
  [user, 'DELETE FROM audit_log', denied('table audit_log')],
  [user, `UPDATE audit_log SET act = 'none'`, denied('table audit_log')],
  [user, 'DELETE FROM client', denied('table client')],
  [user, `UPDATE client SET scopes = '{scores:admin}'`, denied('table client')],
  [user, 'DELETE FROM migrations', denied('table migrations')],
  [user, 'CREATE TABLE mine ()', denied('schema public')],
  [user, 'CREATE TEMPORARY TABLE leaderboard ()', 'permission denied to create temporary tables in database "postgres"'],
  [user, 'CREATE ROLE mine', 'permission denied to create role'],
  [user, 'ALTER FUNCTION reverse_commands SECURITY INVOKER', 'must be owner of function reverse_commands'],
  [user, `COPY score_total TO PROGRAM 'cat'`, 'must be superuser or have privileges of the pg_execute_server_program role to COPY to or from an external program'],
  [user, `SELECT pg_read_file('/etc/passwd')`, denied('function pg_read_file')],
]);
/** The functions that each user may run; all others, also those of older versions, are denied. */
export const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  api: ['claim_guest', 'hide_user', 'reverse_commands', 'settle_flag'],
  operator: ['drop_totals', 'fill_period', 'rename_user'],
  reader: [],
  worker: ['apply_commands', 'close_period', 'follow_claims', 'open_period', 'raise_flags', 'tell_closing', 'write_order'],
};
/** A user, a statement, and its complete error. */
export const sqlRows: readonly SqlRow[] = [
  ...everybody,
  ['api', APPLY, denied('function apply_commands')],
  ['api', `UPDATE score_event SET issued_by = 'eve'`, denied('table score_event')],
  ['worker', `UPDATE score_event SET issued_by = 'eve'`, denied('table score_event')],
  ['operator', `UPDATE score_event SET user_id = 'eve'`, denied('table score_event')],
  ['operator', `UPDATE score_rejection SET user_id = 'eve'`, denied('table score_rejection')],
  ['api', `SELECT rename_user(1::smallint, 'ann', 'eve')`, denied('function rename_user')],
  ['api', 'SELECT * FROM audit_log', denied('table audit_log')],
  ['api', `INSERT INTO client (id, secret_hash, scopes) VALUES ('eve', '', '{}')`, denied('table client')],
  ['worker', `SELECT reverse_commands(1::smallint, '{}')`, denied('function reverse_commands')],
  ['worker', HIDE, denied('function hide_user')],
  ['worker', `SELECT claim_guest(1::smallint, 'guest-aaaaaaaaaaaa', 'eve', 9, 9)`, denied('function claim_guest')],
  ['api', `SELECT follow_claims(1::smallint, '{}')`, denied('function follow_claims')],
  ['api', 'DELETE FROM guest_claim', denied('table guest_claim')],
  ['worker', `UPDATE guest_claim SET player_id = 'eve'`, denied('table guest_claim')],
  ['operator', 'SELECT move_points(1::smallint, NULL, 9, 9)', denied('function move_points')],
  ['worker', `SELECT rename_user(1::smallint, 'ann', 'eve')`, denied('function rename_user')],
  ['worker', 'SELECT * FROM audit_log', denied('table audit_log')],
  ['worker', 'SELECT * FROM client', denied('table client')],
  ['worker', 'DELETE FROM score_rejection', denied('table score_rejection')],
  ['operator', APPLY, denied('function apply_commands')],
  ['operator', HIDE, denied('function hide_user')],
  ['operator', 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity', 'must be a superuser to terminate superuser process'],
  ['api', 'DELETE FROM top_change', denied('table top_change')],
  ['worker', 'SELECT fill_period(2::smallint, 1)', denied('function fill_period')],
  ['worker', 'SELECT drop_totals(2::smallint, 1)', denied('function drop_totals')],
  ['operator', 'DELETE FROM score_total', denied('table score_total')],
  ['api', 'SELECT tell_closing()', denied('function tell_closing')],
  ['api', 'SELECT write_order()', denied('function write_order')],
  ['worker', 'UPDATE board_closing SET players = 9', denied('table board_closing')],
  ['worker', 'DELETE FROM period_block', denied('table period_block')],
  ['api', 'SELECT * FROM event_consumer', denied('table event_consumer')],
  ['worker', 'UPDATE top_change SET score = 9', denied('table top_change')],
  ['worker', 'DELETE FROM event_consumer', denied('table event_consumer')],
  ['operator', `UPDATE event_consumer SET name = 'mine'`, denied('table event_consumer')],
  ['operator', `INSERT INTO top_change (leaderboard_id, seq, place, is_entered, user_seq, score) VALUES (1, 1, 1, true, 1, 9)`, denied('table top_change')],
  ['reader', 'SELECT * FROM event_set_aside', denied('table event_set_aside')],
  ['reader', APPLY, denied('function apply_commands')],
  ['reader', HIDE, denied('function hide_user')],
  ['reader', 'SELECT * FROM audit_log', denied('table audit_log')],
  ['reader', 'SELECT * FROM client', denied('table client')],
  ['reader', `UPDATE leaderboard SET floor_seq = 1`, denied('table leaderboard')],
  ['worker', 'SELECT * FROM player_page', denied('table player_page')],
  ['operator', `UPDATE player_page SET shows = 'activity'`, denied('table player_page')],
  ['worker', 'SELECT * FROM profile', denied('table profile')],
  ['reader', 'SELECT * FROM profile', denied('table profile')],
  ['api', `SELECT raise_flags(1::smallint, '{}', '{}', '{}', '{}', '{}')`, denied('function raise_flags')],
  ['api', 'DELETE FROM player_flag', denied('table player_flag')],
  ['worker', `SELECT settle_flag(1::smallint, 1, 'cleared', 'eve', 'why')`, denied('function settle_flag')],
  ['worker', `UPDATE player_flag SET state = 'cleared'`, denied('table player_flag')],
  ['operator', `SELECT hold_player(1::smallint, 1)`, denied('function hold_player')],
  ['operator', 'DELETE FROM flag_event', denied('table flag_event')],
  ['reader', 'SELECT * FROM player_flag', denied('table player_flag')],
  ['api', 'DELETE FROM profile', denied('table profile')],
  ['operator', 'UPDATE profile SET is_name_taken = false', denied('table profile')],
  ['gateway', 'SELECT 1', 'role "scoreboard_gateway" does not exist'],
];

const noCommand = (name: string) => new RegExp(`^NOPERM .* to run the '${name}' command`);
const noKey = /^NOPERM .* to access one of the keys used as arguments/;
const noChannel = /^NOPERM .* to access one of the channels used as arguments/;
const redisUsers = ['api', 'worker', 'gateway', 'operator'];
const forAll = [['FLUSHALL'], ['FLUSHDB'], ['CONFIG', 'GET', '*'], ['KEYS', '*'], ['ACL', 'LIST'], ['MONITOR'], ['SCRIPT', 'FLUSH'], ['CLIENT', 'LIST'], ['DEL', 'scoreboard:{global}:board']];
const subcommand = ([name, sub]: string[]) => (['CONFIG', 'ACL', 'SCRIPT', 'CLIENT'].includes(name!) ? `${name}\\|${sub}` : name!).toLowerCase();
const SCORE = ['scoreboard:{global}:meta', 'scoreboard:{global}:board'];
/** A user, a command, and the beginning of its error. */
export const redisRows: readonly RedisRow[] = [
  ...redisUsers.flatMap((user) => forAll.map((command): RedisRow => [user, command, noCommand(subcommand(command))])),
  ...redisUsers.map((user): RedisRow => [user, ['GET', 'another:key'], noKey]),
  ['gateway', ['SET', SCORE[1]!, '{}'], noCommand('set')],
  ['gateway', ['HSET', SCORE[0]!, 'live', 'x'], noCommand('hset')],
  ['gateway', ['ZADD', 'scoreboard:{global}:x:order', '-9', 'eve'], noCommand('zadd')],
  ['gateway', ['EVAL', `return redis.call('GET', KEYS[1])`, '1', SCORE[1]!], noCommand('eval')],
  ['gateway', ['EVAL_RO', `return redis.call('SET', KEYS[1], '{}')`, '1', SCORE[1]!], /^ERR The user executing the script can't run this command or subcommand/],
  ['gateway', ['PUBLISH', 'scoreboard:{global}:feed', '{}'], noCommand('publish')],
  ['gateway', ['SUBSCRIBE', 'another'], noChannel],
  ['gateway', ['GET', 'scoreboard:{global}:key:x'], noKey],
  ['worker', ['GET', 'scoreboard:{global}:key:x'], noKey],
  ['worker', ['HSET', 'scoreboard:{global}:hits:x', 'c', '0'], noKey],
  ['worker', ['PUBLISH', 'another', '{}'], noChannel],
  ['worker', ['SUBSCRIBE', 'scoreboard:{global}:feed'], noCommand('subscribe')],
  ['worker', ['SCAN', '0'], noCommand('scan')],
  ['worker', ['EVAL', `return redis.call('SET', 'scoreboard:{global}:key:x', '1')`, '0'], /NOPERM|can't access/],
  ['api', ['SCAN', '0'], noCommand('scan')],
  ['api', ['PSUBSCRIBE', '*'], noCommand('psubscribe')],
  ['api', ['MGET', 'scoreboard:{global}:key:x'], noCommand('mget')],
  ['operator', ['HGET', 'scoreboard:{global}:hits:x', 'c'], noKey],
  ['operator', ['GET', 'scoreboard:{global}:action:x'], noKey],
];

const queue = 'scores.commands';
const noAccess = (kind: string, name: string) => `ACCESS_REFUSED - access to ${kind} '${name}' in vhost 'scoreboard' refused for user`;
const send = (exchange: string, key = '') => (channel: ConfirmChannel) => (channel.publish(exchange, key, Buffer.from('{}')), channel.waitForConfirms());
/** A user, an operation, and a part of the error that closes its channel. */
export const brokerRows: readonly BrokerRow[] = [
  ...['api', 'worker', 'operator'].flatMap((user): BrokerRow[] => [
    [user, 'delete the queue', (channel) => channel.deleteQueue(queue), noAccess('queue', queue)],
    [user, 'delete the dead letters', (channel) => channel.deleteQueue(`${queue}.dead`), noAccess('queue', `${queue}.dead`)],
    [user, 'delete an exchange', (channel) => channel.deleteExchange(`${queue}.in`), noAccess('exchange', `${queue}.in`)],
    [user, 'declare a queue of its own', (channel) => channel.assertQueue('mine'), noAccess('queue', 'mine')],
    [user, 'declare an exchange of its own', (channel) => channel.assertExchange('mine', 'fanout'), noAccess('exchange', 'mine')],
    [user, 'publish to any queue by its name', send('', `${queue}`), noAccess('exchange', 'amq.default')],
    [user, 'publish to a common exchange', send('amq.fanout'), noAccess('exchange', 'amq.fanout')],
    [user, 'listen in on an exchange', (channel) => channel.bindQueue(`${queue}.dead`, `${queue}.in`, ''), 'ACCESS_REFUSED'],
    [user, 'cut the queue off', (channel) => channel.unbindQueue(queue, `${queue}.in`, ''), 'ACCESS_REFUSED'],
  ]),
  ['api', 'consume the queue', (channel) => channel.consume(queue, () => undefined), noAccess('queue', queue)],
  ['api', 'take from the queue', (channel) => channel.get(queue), noAccess('queue', queue)],
  ['api', 'empty the queue', (channel) => channel.purgeQueue(queue), noAccess('queue', queue)],
  ['api', 'take a dead letter', (channel) => channel.get(`${queue}.dead`), noAccess('queue', `${queue}.dead`)],
  ['api', 'add a dead letter', send(`${queue}.dead.in`), noAccess('exchange', `${queue}.dead.in`)],
  ['worker', 'queue a command', send(`${queue}.in`), noAccess('exchange', `${queue}.in`)],
  ['worker', 'take a dead letter', (channel) => channel.get(`${queue}.dead`), noAccess('queue', `${queue}.dead`)],
  ['operator', 'take from the queue', (channel) => channel.get(queue), noAccess('queue', queue)],
  ['operator', 'empty the queue', (channel) => channel.purgeQueue(queue), noAccess('queue', queue)],
];
