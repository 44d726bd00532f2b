import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, found, skipped } from './check';
import { clusterMistakes } from './kubernetes-clusters';
import { podMistakes, podOf } from './kubernetes-pods';
import { label, type Manifest, NO_KUBECTL, renderAll } from './kustomize';

type Labels = Readonly<Record<string, string>>;

/** Our rules for what is rendered: least rights, probes, limits; and all that is named exists. */
export const kubernetesPolicy: Check = {
  name: 'k8s, our rules',
  run(root) {
    const renderings = renderAll(root);
    if (!renderings) return skipped(NO_KUBECTL);
    const guide = readFileSync(join(root, 'k8s/README.md'), 'utf8');
    return found(renderings.flatMap(({ name, manifests }) => policyMistakes(manifests, guide).map((mistake) => `${name}, ${mistake}`)));
  },
};

/** `guide` tells the reader which Secrets to make, key by key. */
export function policyMistakes(manifests: readonly Manifest[], guide: string): string[] {
  const configMaps = new Map(manifests.filter(({ kind }) => kind === 'ConfigMap').map((map) => [map.metadata.name, map]));
  return manifests.flatMap((manifest) =>
    [
      ...(podOf(manifest) ? [...podMistakes(manifest, configMaps), ...secretMistakes(manifest, guide), ...coverMistakes(manifest, manifests)] : []),
      ...(RULES[manifest.kind]?.(manifest, manifests) ?? []),
      ...clusterMistakes(manifest),
    ].map((mistake) => `${label(manifest)}: ${mistake}`),
  );
}

const covers = (selector: { readonly matchLabels?: Labels } | Labels | undefined, labels: Labels = {}): boolean => {
  const wanted = (selector && 'matchLabels' in selector ? selector.matchLabels : selector) as Labels | undefined;
  return Object.entries(wanted ?? {}).every(([name, value]) => labels[name] === value);
};
const templateLabels = (manifest: Manifest): Labels => (manifest.spec.template.metadata?.labels ?? {}) as Labels;
const withPods = (manifests: readonly Manifest[]) => manifests.filter(podOf);
const portNames = (manifest: Manifest) => podOf(manifest)!.containers.flatMap(({ ports = [] }) => ports.flatMap(({ name, containerPort }) => [name, containerPort]));
const has = (manifests: readonly Manifest[], kind: string, name: string) => manifests.some((other) => other.kind === kind && other.metadata.name === name);

const RULES: Readonly<Record<string, (manifest: Manifest, all: readonly Manifest[]) => string[]>> = {
  Deployment: (manifest) => (covers(manifest.spec.selector, templateLabels(manifest)) ? [] : ['its selector does not match its own pods']),
  Service: ({ spec }, all) => {
    const pods = withPods(all).filter((other) => covers(spec.selector, templateLabels(other)));
    if (!pods.length) return ['selects no pod'];
    const ports = spec.ports as { targetPort: string | number }[];
    return ports.filter(({ targetPort }) => !pods.every((pod) => portNames(pod).includes(targetPort))).map(({ targetPort }) => `no container has the port ${targetPort}`);
  },
  PodDisruptionBudget: ({ spec }, all) => {
    const isOperators = all.some(({ kind, metadata }) => kind === 'RabbitmqCluster' && covers(spec.selector, { 'app.kubernetes.io/name': metadata.name }));
    return isOperators || withPods(all).some((other) => covers(spec.selector, templateLabels(other))) ? [] : ['protects no pod'];
  },
  NetworkPolicy: ({ spec }, all) => {
    const pods = withPods(all).filter((other) => covers(spec.podSelector, templateLabels(other)));
    const named = ((spec.ingress ?? []) as { ports?: { port: string | number }[] }[]).flatMap(({ ports = [] }) => ports.map(({ port }) => port)).filter((port) => typeof port === 'string');
    return [...(pods.length ? [] : ['is for no pod']), ...named.filter((port) => !pods.every((pod) => portNames(pod).includes(port))).map((port) => `no container has the port ${port}`)];
  },
  HorizontalPodAutoscaler: scaled,
  ScaledObject: (manifest, all) => [
    ...scaled(manifest, all),
    ...((manifest.spec.triggers ?? []) as { authenticationRef?: { name: string } }[]).filter(({ authenticationRef }) => authenticationRef && !has(all, 'TriggerAuthentication', authenticationRef.name)).map(({ authenticationRef }) => `there is no TriggerAuthentication ${authenticationRef!.name}`),
  ],
  HTTPRoute: ({ spec }, all) => [
    ...(spec.parentRefs as { name: string }[]).filter(({ name }) => !has(all, 'Gateway', name)).map(({ name }) => `there is no Gateway ${name}`),
    ...((spec.rules ?? []) as { backendRefs?: { name: string; port: number }[] }[])
      .flatMap(({ backendRefs = [] }) => backendRefs)
      .filter(({ name, port }) => !all.some((other) => other.kind === 'Service' && other.metadata.name === name && (other.spec.ports as { port: number }[]).some((offered) => offered.port === port)))
      .map(({ name, port }) => `there is no Service ${name} with the port ${port}`),
  ],
  ServiceMonitor: ({ spec }, all) => {
    const services = all.filter((other) => other.kind === 'Service' && covers(spec.selector, other.metadata.labels));
    const wanted = (spec.endpoints as { port: string }[]).map(({ port }) => port);
    return wanted.filter((port) => !services.length || !services.every((service) => (service.spec.ports as { name: string }[]).some(({ name }) => name === port))).map((port) => `not every Service it watches has the port ${port}`);
  },
};

function scaled({ kind, metadata, spec }: Manifest, all: readonly Manifest[]): string[] {
  const target = spec.scaleTargetRef as { kind: string; name: string };
  const others = all.filter((other) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(other.kind) && (other.kind !== kind || other.metadata.name !== metadata.name));
  return [
    ...(has(all, target.kind, target.name) ? [] : [`scales ${target.kind}/${target.name}, which does not exist`]),
    ...others.filter((other) => other.spec.scaleTargetRef.name === target.name).map((other) => `scales what ${label(other)} scales as well`),
  ];
}

/** A policy of its own beside the one for all, which denies. */
function coverMistakes(manifest: Manifest, all: readonly Manifest[]): string[] {
  const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
  const isFor = (policy: Manifest) => covers(policy.spec.podSelector, templateLabels(manifest));
  return policies.some((policy) => isFor(policy) && policy.spec.policyTypes.includes('Ingress')) ? [] : ['anybody may speak to it: no NetworkPolicy'];
}

/** A Secret is among what is rendered, or the guide names it and its keys. */
function secretMistakes(manifest: Manifest, guide: string): string[] {
  const pod = podOf(manifest)!;
  const told = (word: string) => guide.includes(`\`${word}\``);
  return (pod.volumes ?? []).flatMap(({ secret }) =>
    secret ? [secret.secretName, ...(secret.items ?? []).map(({ key }) => key)].filter((word) => !told(word)).map((word) => `k8s/README.md does not tell of the Secret's ${word}`) : [],
  );
}
