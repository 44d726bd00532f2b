import { join } from 'node:path';
import { complaintsOf, needed, readYaml, unless } from './check';
import { readCompose } from './compose';

const FOLDER = 'deploy/observability/prometheus';

/** What promtool says of the configuration and the rules, and then of the rules' unit tests, up to the first that finds something: all take ten seconds. */
export function prometheus(root: string): string[] {
  const promtool = needed('promtool');
  const tests = ['alerts.yml', 'alerts-over-days.yml'].map((file) => ['test', 'rules', join(root, FOLDER, 'tests', file)]);
  const config = ['check', 'config', join(root, FOLDER, 'prometheus.yml')]; // with the rules that it names
  for (const args of [config, ...tests]) {
    const complaints = complaintsOf(promtool, args, root);
    if (complaints.length) return complaints;
  }
  return [];
}

/** What amtool says of Alertmanager's configuration. */
export function alertmanager(root: string): string[] {
  const amtool = needed('amtool');
  return complaintsOf(amtool, ['check-config', join(root, 'deploy/observability/alertmanager/alertmanager.yml')], root);
}

/** Whom a part of the shipped prometheus.yml finds, in the two ways that it uses. */
export interface ScrapeConfig {
  readonly dns_sd_configs?: readonly { readonly names: readonly string[] }[];
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
}

/** The shipped prometheus.yml, as far as it names others. */
export interface PrometheusConfig {
  readonly scrape_configs: readonly ScrapeConfig[];
  readonly alerting: { readonly alertmanagers: readonly ScrapeConfig[] };
}

/** Whom Prometheus scrapes and tells is a service of the Compose file. */
export function prometheusTargets(root: string): string[] {
  const { scrape_configs, alerting } = readYaml<PrometheusConfig>(root, `${FOLDER}/prometheus.yml`);
  const { services } = readCompose(root);
  const targets = [...scrape_configs, ...alerting.alertmanagers].flatMap(targetsOf);
  return targets.flatMap((target) => unless(services[target.split(':')[0]!], `${target} is no service of docker-compose.yml`));
}

const targetsOf = ({ dns_sd_configs = [], static_configs = [] }: ScrapeConfig): string[] => [
  ...dns_sd_configs.flatMap(({ names }) => names),
  ...static_configs.flatMap(({ targets }) => targets),
];
