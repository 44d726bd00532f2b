import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { read, unless } from './check';
import { clusterMistakes } from './kubernetes-clusters';
import { covers, nameMistakes, templateLabels } from './kubernetes-names';
import { label, type Manifest, podOf, renderAll } from './kustomize';
import { roleOf, settingsMistakes } from './settings-of';

/** Our rules for what is rendered: least rights, probes, limits; and all that is named exists. */
export function kubernetesPolicy(root: string): string[] {
  const renderings = renderAll(root);
  const guide = read(root, 'k8s/README.md');
  return renderings.flatMap(({ name, manifests }) => policyMistakes(manifests, guide).map((mistake) => `${name}, ${mistake}`));
}

/** `guide` tells the reader which Secrets to make, key by key. */
function policyMistakes(manifests: readonly Manifest[], guide: string): string[] {
  const configMaps = new Map(manifests.filter(({ kind }) => kind === 'ConfigMap').map((map) => [map.metadata.name, map]));
  const ofPods = (manifest: Manifest) => [...podMistakes(manifest, configMaps), ...secretMistakes(manifest, guide), ...coverMistakes(manifest, manifests)];
  return manifests.flatMap((manifest) => {
    const mistakes = [...(podOf(manifest) ? ofPods(manifest) : []), ...nameMistakes(manifest, manifests), ...clusterMistakes(manifest)];
    return mistakes.map((mistake) => `${label(manifest)}: ${mistake}`);
  });
}

/** Some policy says who may come in; that for all denies. */
function coverMistakes(manifest: Manifest, all: readonly Manifest[]): string[] {
  const policies = all.filter(({ kind, spec }) => kind === 'NetworkPolicy' && spec.policyTypes.includes('Ingress'));
  return unless(policies.some(({ spec }) => covers(spec.podSelector, templateLabels(manifest))), 'anybody may speak to it: no NetworkPolicy');
}

/** Which Secrets and keys must be there, the guide tells. */
function secretMistakes(manifest: Manifest, guide: string): string[] {
  const secrets = (podOf(manifest)!.volumes ?? []).flatMap(({ secret }) => (secret ? [secret] : []));
  const words = secrets.flatMap(({ secretName, items = [] }) => [secretName, ...items.map(({ key }) => key)]);
  return words.filter((word) => !guide.includes(`\`${word}\``)).map((word) => `k8s/README.md does not tell of the Secret's ${word}`);
}

/** A pod runs with the least it needs, tells how it is, and is given settings that its role takes. */
function podMistakes(manifest: Manifest, configMaps: ReadonlyMap<string, Manifest>): string[] {
  const pod = podOf(manifest)!;
  const isService = manifest.kind === 'Deployment';
  const isOurs = pod.containers.some(({ name, command }) => roleOf(name, command));
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext ?? {};
  const mustDrain = isService && isOurs;
  return [
    ...unless(runAsNonRoot && runAsUser, 'may run as root: runAsNonRoot and runAsUser'),
    ...unless(seccompProfile?.type === 'RuntimeDefault', 'has no seccompProfile RuntimeDefault'),
    ...unless(pod.automountServiceAccountToken === false, 'is given a token of the cluster: automountServiceAccountToken'),
    ...unless(!mustDrain || pod.terminationGracePeriodSeconds! > 10, 'has no time to drain: terminationGracePeriodSeconds above 10'),
    ...unless(!mustDrain || pod.topologySpreadConstraints?.length, 'may stand on one node: topologySpreadConstraints'),
    ...pod.containers.flatMap((container) => [...containerMistakes(container, isService), ...roleMistakes(container, pod, configMaps)]),
  ];
}

function containerMistakes({ name, image, resources, securityContext, command, ...probes }: IContainer, isService: boolean): string[] {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = securityContext ?? {};
  const { requests, limits } = resources ?? {};
  const isOurs = roleOf(name, command) !== undefined;
  const wanted = [...(isOurs ? (['startupProbe'] as const) : []), 'livenessProbe' as const, 'readinessProbe' as const];
  return [
    ...unless(/:[^:/]*\d[^:/]*(@sha256:[0-9a-f]{64})?$/.test(image ?? ''), `the image ${image} has no version`),
    ...unless(requests?.cpu && requests.memory && limits?.memory, 'has no requests of cpu and memory, or no limit of memory'),
    ...unless(allowPrivilegeEscalation === false, 'may gain privileges: allowPrivilegeEscalation'),
    ...unless(capabilities?.drop?.includes('ALL'), 'keeps capabilities: drop ALL'),
    ...unless(!isOurs || readOnlyRootFilesystem, 'has a root filesystem that can be written'),
    ...wanted.flatMap((probe) => unless(!isService || probes[probe], `has no ${probe}`)),
  ];
}

function roleMistakes(container: IContainer, pod: IPodSpec, configMaps: ReadonlyMap<string, Manifest>): string[] {
  const { command, env = [], envFrom = [], volumeMounts = [] } = container;
  const role = roleOf(container.name, command);
  if (!role) return [];
  const shared = envFrom.map(({ configMapRef }) => configMaps.get(configMapRef?.name ?? '')?.data ?? {});
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value ?? '']));
  const filesIn = (volume: string) => pod.volumes?.find(({ name }) => name === volume)?.secret?.items?.map(({ path }) => path) ?? [];
  const mounted = volumeMounts.flatMap(({ name, mountPath }) => filesIn(name).map((file) => `${mountPath}/${file}`));
  const mapIn = (volume: string) => configMaps.get(pod.volumes?.find(({ name }) => name === volume)?.configMap?.name ?? '')?.data ?? {};
  const files = volumeMounts.flatMap(({ name, mountPath }) => Object.entries(mapIn(name)).map(([file, text]) => [`${mountPath}/${file}`, copyOf(file, text)]));
  return settingsMistakes(role, Object.assign({}, ...shared, own) as Record<string, string>, mounted, Object.fromEntries(files));
}

function copyOf(file: string, text: string): string {
  const path = join(temporaryFolder('config-map'), file);
  writeFileSync(path, text);
  return path;
}
