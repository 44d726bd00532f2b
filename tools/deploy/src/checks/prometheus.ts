import { join } from 'node:path';
import { binary } from '@scoreboard/harness';
import { complaintsOf, readYaml, unless, unlessThereAre } from './check';
import { readCompose } from './compose';

const FOLDER = 'deploy/observability/prometheus';

/** What promtool says of the configuration with its rules, and where that is good of the rules' unit tests: all take ten seconds. */
export function prometheus(root: string): string[] {
  const complaints = (...args: string[]) => complaintsOf(binary('promtool'), args, join(root, FOLDER));
  const ofConfig = complaints('check', 'config', 'prometheus.yml');
  return ofConfig.length ? ofConfig : complaints('test', 'rules', 'tests/alerts.yml', 'tests/alerts-over-days.yml');
}
prometheus.whyNot = unlessThereAre('promtool');

export function alertmanager(root: string): string[] {
  return complaintsOf(binary('amtool'), ['check-config', 'deploy/observability/alertmanager/alertmanager.yml'], root);
}
alertmanager.whyNot = unlessThereAre('amtool');

/** Whom a part of the shipped prometheus.yml finds, in the two ways that it uses. */
export type ScrapeConfig = Readonly<{ dns_sd_configs?: { names: string[] }[]; static_configs?: { targets: string[] }[] }>;

/** The shipped prometheus.yml, as far as it names others. */
export type PrometheusConfig = Readonly<{ scrape_configs: ScrapeConfig[]; alerting: { alertmanagers: ScrapeConfig[] } }>;

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
