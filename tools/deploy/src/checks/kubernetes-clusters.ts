import { MAX_MESSAGE_BYTES } from '@scoreboard/application';
import { unless } from './check';
import type { Manifest } from './kustomize';

/** What the three servers must be, so that nothing acknowledged is lost: rules that no operator knows, by the kind of the object. */
const RULES: Readonly<Record<string, (manifest: Manifest) => string[]>> = {
  Cluster: ({ spec }) => postgresql(spec),
  RabbitmqCluster: ({ spec: { replicas, persistence, rabbitmq } }) => [
    ...unless(replicas >= 3 && replicas % 2 === 1, 'is no odd number of nodes from three on'),
    ...unless(persistence?.storageClassName, 'names no storage class'),
    ...unless(boundsMessages(rabbitmq?.additionalConfig ?? ''), LONG_MESSAGES),
  ],
  StorageClass: ({ parameters }) => unless((parameters as { encrypted?: string }).encrypted === 'true', 'is not encrypted'),
  ConfigMap: ({ data }) => (data?.['redis.conf'] ? redisMistakes(data['redis.conf']) : []),
};

export const clusterMistakes = (manifest: Manifest): string[] => RULES[manifest.kind]?.(manifest) ?? [];

export const LONG_MESSAGES = `takes messages that no worker reads: max_message_size = ${MAX_MESSAGE_BYTES}`;

/** Of a `rabbitmq.conf`. */
export const boundsMessages = (conf: string): boolean => new RegExp(`^\\s*max_message_size = ${MAX_MESSAGE_BYTES}$`, 'm').test(conf);

/** Of a `redis.conf`, or of the same as options of the command. */
export function redisMistakes(conf: string): string[] {
  return [
    ...unless(/\bmaxmemory [1-9]/.test(conf), 'may use all memory: maxmemory'),
    ...unless(/\bmaxmemory-policy volatile-lru\b/.test(conf), 'evicts the leaderboard, or lets other keys fill its place: maxmemory-policy volatile-lru'),
  ];
}

/** Of the parameters of a `postgresql.conf`, as `name=value`. */
export const postgresqlMistakes = (parameters: readonly string[]): string[] => [
  ...unless(parameters.includes('wal_compression=lz4'), 'writes pages to the log as they are: wal_compression=lz4'),
  ...unless(parameters.some((one) => /^max_wal_size=[1-9]\d*GB$/.test(one)), 'makes a checkpoint, and then whole pages, for each GB of log: max_wal_size, such as 8GB'),
];

function postgresql({ instances, postgresql: { synchronous, parameters = {} } = {}, storage }: Manifest['spec']): string[] {
  const isSure = synchronous?.number >= 1 && synchronous.dataDurability === 'required';
  return [
    ...unless(instances >= 3, 'has fewer than three instances'),
    ...unless(isSure, 'may lose what was acknowledged: one synchronous standby at least, dataDurability: required'),
    ...unless(storage.storageClass, 'names no storage class'),
    ...postgresqlMistakes(Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`)),
  ];
}
