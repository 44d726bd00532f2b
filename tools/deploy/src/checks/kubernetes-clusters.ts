import { unless } from './check';
import type { Manifest } from './kustomize';

/** What the three servers must be, so that nothing acknowledged is lost: rules that no operator knows. */
export function clusterMistakes(manifest: Manifest): string[] {
  const { kind, spec, data } = manifest;
  if (kind === 'Cluster') return postgresql(spec);
  if (kind === 'RabbitmqCluster') {
    const isOdd = spec.replicas >= 3 && spec.replicas % 2 === 1;
    return [...unless(isOdd, 'is no odd number of nodes from three on'), ...unless(spec.persistence?.storageClassName, 'names no storage class')];
  }
  if (kind === 'StorageClass') return unless((manifest.parameters as { encrypted?: string }).encrypted === 'true', 'is not encrypted');
  const redis = data?.['redis.conf'];
  return unless(!redis || /^\s*maxmemory-policy noeviction$/m.test(redis), 'evicts keys: maxmemory-policy noeviction');
}

function postgresql({ instances, postgresql: { synchronous } = {}, storage }: Manifest['spec']): string[] {
  const isSure = synchronous?.number >= 1 && synchronous.dataDurability === 'required';
  return [
    ...unless(instances >= 3, 'has fewer than three instances'),
    ...unless(isSure, 'may lose what was acknowledged: one synchronous standby at least, dataDurability: required'),
    ...unless(storage.storageClass, 'names no storage class'),
  ];
}
