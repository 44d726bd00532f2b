import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { read, unless, unlessThereAre } from './check';
import { clusterMistakes } from './kubernetes-clusters';
import { covers, nameMistakes, templateLabels } from './kubernetes-names';
import { label, type Manifest, podOf, renderAll } from './kustomize';
import { roleOf, settingsMistakes } from './settings-of';

/** Our rules for what is rendered: least rights, probes, limits; and all that is named exists. */
export function kubernetesPolicy(root: string): string[] {
  const guide = read(root, 'k8s/README.md');
  return renderAll(root).flatMap(({ name, manifests }) =>
    manifests.flatMap((manifest) => {
      const mistakes = [...podMistakes(manifest, manifests, guide), ...nameMistakes(manifest, manifests), ...clusterMistakes(manifest)];
      return mistakes.map((mistake) => `${name}, ${label(manifest)}: ${mistake}`);
    }),
  );
}
kubernetesPolicy.whyNot = unlessThereAre('kubectl');

/** A pod runs with the least it needs, tells how it is, and gets settings that its role takes. `guide` tells which Secrets to make, key by key. */
function podMistakes(manifest: Manifest, all: readonly Manifest[], guide: string): string[] {
  const pod = podOf(manifest);
  if (!pod) return [];
  const isService = manifest.kind === 'Deployment';
  const mustDrain = isService && pod.containers.some(({ name, command }) => roleOf(name, command));
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext ?? {};
  const secrets = (pod.volumes ?? []).flatMap(({ secret }) => secret ?? []);
  const words = secrets.flatMap(({ secretName, items = [] }) => [secretName, ...items.map(({ key }) => key)]);
  // Those that say who may come in; that for all denies.
  const policies = all.filter(({ kind, spec }) => kind === 'NetworkPolicy' && spec.policyTypes.includes('Ingress'));
  return [
    ...unless(runAsNonRoot && runAsUser, 'may run as root: runAsNonRoot and runAsUser'),
    ...unless(seccompProfile?.type === 'RuntimeDefault', 'has no seccompProfile RuntimeDefault'),
    ...unless(pod.automountServiceAccountToken === false, 'is given a token of the cluster: automountServiceAccountToken'),
    ...unless(!mustDrain || pod.terminationGracePeriodSeconds! > 10, 'has no time to drain: terminationGracePeriodSeconds above 10'),
    ...unless(!mustDrain || pod.topologySpreadConstraints?.length, 'may stand on one node: topologySpreadConstraints'),
    ...pod.containers.flatMap((container) => [...containerMistakes(container, isService), ...roleMistakes(container, pod, all)]),
    ...words.filter((word) => !guide.includes(`\`${word}\``)).map((word) => `k8s/README.md does not tell of the Secret's ${word}`),
    ...unless(policies.some(({ spec }) => covers(spec.podSelector, templateLabels(manifest))), 'anybody may speak to it: no NetworkPolicy'),
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

function roleMistakes({ name, command, env = [], envFrom = [], volumeMounts = [] }: IContainer, pod: IPodSpec, all: readonly Manifest[]): string[] {
  const role = roleOf(name, command);
  if (!role) return [];
  const dataOf = (configMap = '') => all.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap)?.data ?? {};
  const shared = envFrom.map(({ configMapRef }) => dataOf(configMapRef?.name));
  const own = Object.fromEntries(env.map(({ name: setting, value }) => [setting, value ?? '']));
  const mounts = volumeMounts.map(({ name: volume, mountPath }) => ({ mountPath, ...pod.volumes?.find((each) => each.name === volume) }));
  const secrets = mounts.flatMap(({ mountPath, secret }) => (secret?.items ?? []).map(({ path }) => `${mountPath}/${path}`));
  const files = mounts.flatMap(({ mountPath, configMap }) => Object.entries(dataOf(configMap?.name)).map(([file, text]) => [`${mountPath}/${file}`, copyOf(file, text)]));
  return settingsMistakes(role, Object.assign({}, ...shared, own) as Record<string, string>, secrets, Object.fromEntries(files));
}

function copyOf(file: string, text: string): string {
  const path = join(temporaryFolder('config-map'), file);
  writeFileSync(path, text);
  return path;
}
