import type { Manifest } from './kustomize';

/** What the three servers must be, so that nothing acknowledged is lost: rules that no operator knows. */
export function clusterMistakes({ kind, spec, data, ...rest }: Manifest): string[] {
  if (kind === 'Cluster') {
    const { instances, postgresql = {}, storage } = spec;
    return [
      ...(instances >= 3 ? [] : ['has fewer than three instances']),
      ...(postgresql.synchronous?.number >= 1 && postgresql.synchronous.dataDurability === 'required' ? [] : ['may lose what was acknowledged: one synchronous standby at least, dataDurability: required']),
      ...(storage.storageClass ? [] : ['names no storage class']),
    ];
  }
  if (kind === 'RabbitmqCluster') {
    return [...(spec.replicas >= 3 && spec.replicas % 2 ? [] : ['is no odd number of nodes from three on']), ...(spec.persistence?.storageClassName ? [] : ['names no storage class'])];
  }
  if (kind === 'StorageClass') return (rest as { parameters?: { encrypted?: string } }).parameters?.encrypted === 'true' ? [] : ['is not encrypted'];
  if (data?.['redis.conf'] && !/^\s*maxmemory-policy noeviction$/m.test(data['redis.conf'])) return ['evicts keys: maxmemory-policy noeviction'];
  return [];
}
