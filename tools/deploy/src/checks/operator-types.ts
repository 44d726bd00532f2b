import type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements';

/**
 * The parts that we use of what two operators define, and that no package has types for. From their reference:
 * CloudNativePG 1.25, `postgresql.cnpg.io/v1`, and the RabbitMQ cluster operator 2, `rabbitmq.com/v1beta1`.
 */
type Texts = Record<string, string>;
type Storage = { storageClass?: string; size: string };
type Custom<Version, Kind, Spec> = { apiVersion: Version; kind: Kind; metadata: { name: string; namespace?: string; labels?: Texts }; spec: Spec };

export type ICluster = Custom<'postgresql.cnpg.io/v1', 'Cluster', {
  instances: number;
  imageName?: string;
  bootstrap?: { initdb?: { database?: string; owner?: string } };
  postgresql?: { synchronous?: { method: 'any' | 'first'; number: number; dataDurability?: 'required' | 'preferred' }; parameters?: Texts };
  storage: Storage;
  walStorage?: Storage;
  affinity?: { enablePodAntiAffinity?: boolean; podAntiAffinityType?: 'preferred' | 'required'; topologyKey?: string };
  resources?: IResourceRequirements;
  monitoring?: { enablePodMonitor?: boolean };
}>;

export type IRabbitmqCluster = Custom<'rabbitmq.com/v1beta1', 'RabbitmqCluster', {
  replicas?: number;
  image?: string;
  persistence?: { storageClassName?: string; storage?: string };
  resources?: IResourceRequirements;
  rabbitmq?: { additionalPlugins?: string[]; additionalConfig?: string };
  tls?: { secretName?: string; caSecretName?: string; disableNonTLSListeners?: boolean };
  affinity?: object;
  terminationGracePeriodSeconds?: number;
}>;
