import { generatedFiles } from '../generated';
import { asyncApi, openApi } from './api-documents';
import type { Check } from './check';
import { composeClient, composePolicy, composeSchema, secretsScript } from './compose';
import { dashboards } from './dashboards';
import { dockerfile } from './dockerfile';
import { documentedCommands, documentedKubectl } from './documented-commands';
import { kubernetesPolicy } from './kubernetes-policy';
import { kubernetesTypes } from './kubernetes-types';
import { logPipeline, logPrograms } from './log-pipeline';
import { nginxPlace, nginxSyntax } from './nginx';
import { alertmanager, prometheus, prometheusTargets } from './prometheus';

export const CHECKS: Readonly<Record<string, Check>> = {
  'Dockerfile': dockerfile,
  'docker-compose.yml, its form': composeSchema,
  'docker-compose.yml, our rules': composePolicy,
  'docker-compose.yml, as a client reads it': composeClient,
  'deploy/make-secrets.sh': secretsScript,
  'deploy/nginx, as nginx reads it': nginxSyntax,
  'deploy/nginx/compose.conf, our rules': nginxPlace,
  'k8s, every field': kubernetesTypes,
  'k8s, our rules': kubernetesPolicy,
  'generated files': generatedFiles,
  'Filebeat, Logstash, Elasticsearch': logPipeline,
  'Filebeat, Logstash, Elasticsearch, as they read their files': logPrograms,
  'Prometheus': prometheus,
  'Prometheus, whom it asks': prometheusTargets,
  'Alertmanager': alertmanager,
  'Grafana dashboards': dashboards,
  'commands in docs, for Compose': documentedCommands,
  'commands in docs, for Kubernetes': documentedKubectl,
  'OpenAPI': openApi,
  'AsyncAPI': () => asyncApi(),
};
