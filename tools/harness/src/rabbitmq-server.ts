import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './after-exit';
import type { TlsFiles } from './authority';
import { binary, run } from './binary';
import { answers, freePort } from './ports';
import { PrivateServer, startServer } from './private-server';

/** The protocol header, and the type (method) and channel of the frame that the broker opens with. */
const HELLO = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
const CONNECTION_START = Buffer.from([1, 0, 0]);

/** The name server of Erlang nodes goes into the broker's process group, so nothing outlives the broker. */
const WITH_OWN_NAME_SERVER = 'epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" & exec "$0"';

export type RabbitmqServer = PrivateServer & {
  /** Runs `rabbitmqctl` on this broker and resolves with its output; about a second each. */
  ctl(...args: string[]): Promise<string>;
  /** Where it has metrics for Prometheus, if it has them. */
  readonly metricsPort?: number;
};

export interface RabbitmqOptions {
  /** With it the broker speaks nothing else. */
  readonly tls?: TlsFiles;
  /** It has metrics for Prometheus; without them the broker has no plugins. */
  readonly hasMetrics?: boolean;
  /** Further lines of its `rabbitmq.conf`. */
  readonly conf?: readonly string[];
  /** Where the name server of Erlang nodes listens already, and the folder of the cookie that they share; default its own. */
  readonly cluster?: { readonly epmdPort: number; readonly home: string };
}

/** A private RabbitMQ; its user is guest. */
export const startRabbitmq = (options: RabbitmqOptions = {}): Promise<RabbitmqServer> => startServer((port) => rabbitmqNode(port, options));

export const nodeName = (port: number): string => `scoreboard-${port}@localhost`;

/** A node that is not started yet. */
export async function rabbitmqNode(port: number, { tls, hasMetrics, conf = [], cluster }: RabbitmqOptions): Promise<RabbitmqServer> {
  const command = binary('rabbitmq-server');
  const ctl = binary('rabbitmqctl');
  const folder = temporaryFolder('rabbitmq');
  const own = (name: string) => join(folder, name);
  const metricsPort = hasMetrics ? await freePort() : undefined;
  writeFileSync(own('rabbitmq-env.conf'), '');
  writeFileSync(own('enabled_plugins'), `[${metricsPort ? 'rabbitmq_prometheus' : ''}].`);
  writeFileSync(own('rabbitmq.conf'), [...listen(port, tls), ...(metricsPort ? ['prometheus.tcp.ip = 127.0.0.1', `prometheus.tcp.port = ${metricsPort}`] : []), ...conf, ''].join('\n'));
  const env = {
    PATH: process.env.PATH,
    HOME: cluster?.home ?? folder, // for the cookie that ctl and broker share
    ERL_EPMD_PORT: `${cluster?.epmdPort ?? (await freePort())}`,
    RUNNING_UNDER_SYSTEMD: 'true', // the script becomes the broker instead of watching it, so the pid is the broker's
    RABBITMQ_NODENAME: nodeName(port),
    RABBITMQ_DIST_PORT: `${await freePort()}`,
    RABBITMQ_MNESIA_BASE: own('data'),
    RABBITMQ_LOG_BASE: own('log'),
    RABBITMQ_GENERATED_CONFIG_DIR: own('config'),
    RABBITMQ_SCHEMA_DIR: own('schema'),
    RABBITMQ_PID_FILE: own('broker.pid'),
    RABBITMQ_CONF_ENV_FILE: own('rabbitmq-env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: own('enabled_plugins'),
    RABBITMQ_CONFIG_FILE: own('rabbitmq.conf'),
    // Few schedulers, and no spinning ones: it shares the machine with what is tested.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CTL_ERL_ARGS: '+S 1:1',
  };
  const server = new PrivateServer({
    name: 'RabbitMQ',
    url: `${tls ? 'amqps' : 'amqp'}://guest:guest@127.0.0.1:${port}`,
    ...{ command: '/bin/sh', args: ['-c', cluster ? 'exec "$0"' : WITH_OWN_NAME_SERVER, command], folder, env },
    isUp: () => answers(port, HELLO, CONNECTION_START, Boolean(tls)),
  });
  return Object.assign(server, { metricsPort, ctl: async (...args: string[]) => (await run(ctl, args, { cwd: folder, env })).stdout });
}

function listen(port: number, tls?: TlsFiles): string[] {
  if (!tls) return [`listeners.tcp.1 = 127.0.0.1:${port}`];
  const options = { certfile: tls.cert, keyfile: tls.key, cacertfile: tls.ca, verify: 'verify_none', fail_if_no_peer_cert: 'false' };
  return ['listeners.tcp = none', `listeners.ssl.1 = 127.0.0.1:${port}`, ...Object.entries(options).map(([name, value]) => `ssl_options.${name} = ${value}`)];
}
