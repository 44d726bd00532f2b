import type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements';

/**
 * The parts that we use of what two operators define, and that no package has types for. From their reference:
 * CloudNativePG 1.25, `postgresql.cnpg.io/v1`, and the RabbitMQ cluster operator 2, `rabbitmq.com/v1beta1`.
 */
type Texts = Readonly<Record<string, string>>;
type Named = { readonly name: string; readonly namespace?: string; readonly labels?: Texts };
type Storage = { readonly storageClass?: string; readonly size: string };

export interface ICluster {
  readonly apiVersion: 'postgresql.cnpg.io/v1';
  readonly kind: 'Cluster';
  readonly metadata: Named;
  readonly spec: {
    readonly instances: number;
    readonly imageName?: string;
    readonly bootstrap?: { readonly initdb?: { readonly database?: string; readonly owner?: string } };
    readonly postgresql?: {
      readonly synchronous?: { readonly method: 'any' | 'first'; readonly number: number; readonly dataDurability?: 'required' | 'preferred' };
      readonly parameters?: Texts;
    };
    readonly storage: Storage;
    readonly walStorage?: Storage;
    readonly affinity?: { readonly enablePodAntiAffinity?: boolean; readonly podAntiAffinityType?: 'preferred' | 'required'; readonly topologyKey?: string };
    readonly resources?: IResourceRequirements;
    readonly monitoring?: { readonly enablePodMonitor?: boolean };
  };
}

export interface IRabbitmqCluster {
  readonly apiVersion: 'rabbitmq.com/v1beta1';
  readonly kind: 'RabbitmqCluster';
  readonly metadata: Named;
  readonly spec: {
    readonly replicas?: number;
    readonly image?: string;
    readonly persistence?: { readonly storageClassName?: string; readonly storage?: string };
    readonly resources?: IResourceRequirements;
    readonly rabbitmq?: { readonly additionalPlugins?: readonly string[]; readonly additionalConfig?: string };
    readonly tls?: { readonly secretName?: string; readonly caSecretName?: string; readonly disableNonTLSListeners?: boolean };
    readonly affinity?: object;
    readonly terminationGracePeriodSeconds?: number;
  };
}
