import { asyncApi, openApi } from './api-documents';
import type { Check } from './check';
import { composeClient, composePolicy, composeSchema } from './compose';
import { dashboards } from './dashboards';
import { dockerfile } from './dockerfile';
import { documentedCommands, documentedKubectl } from './documented-commands';
import { generatedFiles } from './generated-files';
import { kubernetesPolicy } from './kubernetes-policy';
import { kubernetesTypes } from './kubernetes-types';
import { logPipeline } from './log-pipeline';
import { nginxPlace, nginxSyntax } from './nginx';
import { alertmanager, prometheus, prometheusTargets } from './prometheus';
import { secretsScript } from './secrets-script';

export const CHECKS: readonly Check[] = [
  dockerfile,
  composeSchema,
  composePolicy,
  composeClient,
  secretsScript,
  nginxSyntax,
  nginxPlace,
  kubernetesTypes,
  kubernetesPolicy,
  generatedFiles,
  logPipeline,
  prometheus,
  prometheusTargets,
  alertmanager,
  dashboards,
  documentedCommands,
  documentedKubectl,
  openApi,
  asyncApi,
];
