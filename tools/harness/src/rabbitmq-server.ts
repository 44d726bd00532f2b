import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from './authority';
import { binary, run } from './binary';
import { answers, freePort } from './ports';
import { PrivateServer } from './private-server';
import { temporaryFolder } from './after-exit';

/** The protocol header, and the type (method) and channel of the frame that the broker opens with. */
const HELLO = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
const CONNECTION_START = Buffer.from([1, 0, 0]);

/** The name server of Erlang nodes goes into the broker's process group, so nothing outlives the broker. */
const WITH_OWN_NAME_SERVER = 'epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" & exec "$0"';

export type RabbitmqServer = PrivateServer & {
  /** Runs `rabbitmqctl` on this broker and resolves with its output; about a second each. */
  ctl(...args: string[]): Promise<string>;
};

/** A private RabbitMQ; its user is guest. With `tls` it speaks nothing else; without `metricsPort`, where it tells Prometheus of itself, it has no plugins. */
export async function startRabbitmq(tls?: TlsFiles, metricsPort?: number): Promise<RabbitmqServer> {
  const port = await freePort();
  const conf = `${listen(port, tls)}${metricsPort ? `prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metricsPort}\n` : ''}`;
  const plugins = metricsPort ? ['rabbitmq_prometheus'] : [];
  const node = rabbitmqNode({ port, conf, isTls: Boolean(tls), plugins, epmdPort: await freePort() }, await freePort());
  await node.start();
  return node;
}

export interface NodePlace {
  readonly port: number;
  /** Its `rabbitmq.conf`. */
  readonly conf: string;
  readonly isTls: boolean;
  readonly plugins?: readonly string[];
  /** Where the name server of Erlang nodes listens; with `home` it runs already, and nodes share the cookie there. */
  readonly epmdPort: number;
  readonly home?: string;
}

export const nodeName = (port: number): string => `scoreboard-${port}@localhost`;

/** A node that is not started yet; it speaks to the others of its cluster on `distPort`. */
export function rabbitmqNode(place: NodePlace, distPort: number): RabbitmqServer {
  const command = binary('rabbitmq-server');
  const ctl = binary('rabbitmqctl');
  const { port, isTls, home } = place;
  const folder = temporaryFolder('rabbitmq');
  const env = environment(folder, place, distPort);
  const server = new PrivateServer({
    name: 'RabbitMQ',
    url: `${isTls ? 'amqps' : 'amqp'}://guest:guest@127.0.0.1:${port}`,
    command: '/bin/sh',
    args: ['-c', home ? 'exec "$0"' : WITH_OWN_NAME_SERVER, command],
    folder,
    env,
    stopSignal: 'SIGTERM',
    isUp: () => answers(port, HELLO, CONNECTION_START, isTls),
  });
  return Object.assign(server, { ctl: async (...args: string[]) => (await run(ctl, args, { cwd: folder, env })).stdout });
}

function environment(folder: string, { port, conf, plugins = [], epmdPort, home = folder }: NodePlace, distPort: number): NodeJS.ProcessEnv {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    PATH: process.env.PATH,
    HOME: home, // for the cookie that ctl and broker share
    ERL_EPMD_PORT: `${epmdPort}`,
    RUNNING_UNDER_SYSTEMD: 'true', // the script becomes the broker instead of watching it, so the pid is the broker's
    RABBITMQ_NODENAME: nodeName(port),
    RABBITMQ_DIST_PORT: `${distPort}`,
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'config'),
    RABBITMQ_SCHEMA_DIR: join(folder, 'schema'),
    RABBITMQ_PID_FILE: join(folder, 'broker.pid'),
    RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf', ''),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins', `[${plugins.join(',')}].`),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', conf),
    // Few schedulers, and no spinning ones: it shares the machine with what is tested.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CTL_ERL_ARGS: '+S 1:1',
  };
}

const listen = (port: number, tls?: TlsFiles): string =>
  tls
    ? `listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:${port}
ssl_options.certfile = ${tls.cert}
ssl_options.keyfile = ${tls.key}
ssl_options.cacertfile = ${tls.ca}
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
`
    : `listeners.tcp.1 = 127.0.0.1:${port}\n`;
