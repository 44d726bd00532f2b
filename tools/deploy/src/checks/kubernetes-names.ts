import { unless } from './check';
import { label, type Manifest, podOf } from './kustomize';

type Labels = Readonly<Record<string, string>>;
type Rule = (manifest: Manifest, all: readonly Manifest[]) => string[];

/** Whatever one object names in another must be there: pods by their labels, ports, targets, backends. A rule for each kind that names something. */
export const nameMistakes: Rule = (manifest, all) => RULES[manifest.kind]?.(manifest, all) ?? [];

/** Whether a selector of any of Kubernetes' forms takes these labels. */
export function covers(selector: { readonly matchLabels?: Labels } | Labels | undefined, labels: Labels = {}): boolean {
  const wanted = (selector && 'matchLabels' in selector ? selector.matchLabels : selector) as Labels | undefined;
  return Object.entries(wanted ?? {}).every(([name, value]) => labels[name] === value);
}

export const templateLabels = (manifest: Manifest): Labels => (manifest.spec.template.metadata?.labels ?? {}) as Labels;

const podsOf = (selector: Labels, all: readonly Manifest[]) => all.filter((other) => podOf(other) && covers(selector, templateLabels(other)));
const has = (all: readonly Manifest[], kind: string, name: string) => all.some((other) => other.kind === kind && other.metadata.name === name);

/** Whether every one of these pods has a container with this port, by name or number. */
const havePort = (pods: readonly Manifest[], port: string | number): boolean =>
  pods.every((pod) => podOf(pod)!.containers.some(({ ports = [] }) => ports.some((offered) => port === offered.name || port === offered.containerPort)));

/** What RabbitMQ's operator makes is not among what is rendered, but its labels are known, and the ports of its Service. */
const isOperators = (selector: { readonly matchLabels?: Labels }, all: readonly Manifest[]): boolean =>
  all.some(({ kind, metadata }) => kind === 'RabbitmqCluster' && covers(selector, { 'app.kubernetes.io/name': metadata.name }));
const OPERATORS_PORTS = ['amqps', 'management-tls', 'prometheus-tls'];

const autoscaler: Rule = (manifest, all) => {
  const { kind, name } = manifest.spec.scaleTargetRef as { kind: string; name: string };
  const scalers = all.filter((other) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(other.kind) && label(other) !== label(manifest));
  const others = scalers.filter(({ spec }) => spec.scaleTargetRef.name === name);
  const triggers = (manifest.spec.triggers ?? []) as { authenticationRef?: { name: string } }[];
  const asks = triggers.flatMap(({ authenticationRef }) => authenticationRef ?? []);
  return [
    ...unless(has(all, kind, name), `scales ${kind}/${name}, which does not exist`),
    ...others.map((other) => `scales what ${label(other)} scales as well`),
    ...asks.flatMap(({ name }) => unless(has(all, 'TriggerAuthentication', name), `there is no TriggerAuthentication ${name}`)),
  ];
};

const RULES: Readonly<Record<string, Rule>> = {
  Deployment: (manifest) => unless(covers(manifest.spec.selector, templateLabels(manifest)), 'its selector does not match its own pods'),
  Service({ spec }, all) {
    const pods = podsOf(spec.selector, all);
    const ports = (spec.ports as { targetPort: string | number }[]).map(({ targetPort }) => targetPort);
    return [...unless(pods.length, 'selects no pod'), ...ports.flatMap((port) => unless(havePort(pods, port), `no container has the port ${port}`))];
  },
  PodDisruptionBudget: ({ spec }, all) => unless(isOperators(spec.selector, all) || podsOf(spec.selector, all).length, 'protects no pod'),
  NetworkPolicy({ spec }, all) {
    const pods = podsOf(spec.podSelector, all);
    const ports = ((spec.ingress ?? []) as { ports?: { port: string | number }[] }[]).flatMap(({ ports: given = [] }) => given.map(({ port }) => port));
    const unknown = ports.filter((port) => typeof port === 'string' && !havePort(pods, port));
    return [...unless(pods.length, 'is for no pod'), ...unknown.map((port) => `no container has the port ${port}`)];
  },
  HorizontalPodAutoscaler: autoscaler,
  ScaledObject: autoscaler,
  HTTPRoute({ spec }, all) {
    const parents = spec.parentRefs as { name: string }[];
    const backends = ((spec.rules ?? []) as { backendRefs?: { name: string; port: number }[] }[]).flatMap(({ backendRefs = [] }) => backendRefs);
    const offers = (name: string, port: number) =>
      all.some(({ kind, metadata, spec: { ports = [] } = {} }) => kind === 'Service' && metadata.name === name && ports.some((offered: { port: number }) => offered.port === port));
    return [
      ...parents.flatMap(({ name }) => unless(has(all, 'Gateway', name), `there is no Gateway ${name}`)),
      ...backends.flatMap(({ name, port }) => unless(offers(name, port), `there is no Service ${name} with the port ${port}`)),
    ];
  },
  ServiceMonitor({ spec }, all) {
    const services = all.filter((other) => other.kind === 'Service' && covers(spec.selector, other.metadata.labels));
    const offer = (port: string) => services.every((watched) => (watched.spec.ports as { name: string }[]).some(({ name }) => name === port));
    const ports = (spec.endpoints as { port: string }[]).map(({ port }) => port);
    if (isOperators(spec.selector, all)) return ports.filter((port) => !OPERATORS_PORTS.includes(port)).map((port) => `RabbitMQ's Service has no port ${port}`);
    const missing = ports.filter((port) => !offer(port));
    return [...unless(services.length, 'watches no Service'), ...missing.map((port) => `not every Service it watches has the port ${port}`)];
  },
};
