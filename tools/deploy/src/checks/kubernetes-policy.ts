import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from './check';
import { clusterMistakes } from './kubernetes-clusters';
import { covers, nameMistakes, templateLabels } from './kubernetes-names';
import { podMistakes, podOf } from './kubernetes-pods';
import { label, type Manifest, renderAll } from './kustomize';

/** Our rules for what is rendered: least rights, probes, limits; and all that is named exists. */
export function kubernetesPolicy(root: string): string[] {
  const renderings = renderAll(root);
  const guide = readFileSync(join(root, 'k8s/README.md'), 'utf8');
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
