import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';
import ts from 'typescript';
import { unlessThereAre } from './check';
import { label, type Manifest, renderAll } from './kustomize';

/** Where the types of a group are, other than those of Kubernetes itself. */
const PACKAGES: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda/keda.sh',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api/gateway.networking.k8s.io',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/monitoring.coreos.com',
};
const OWN = ['postgresql.cnpg.io', 'rabbitmq.com'];

/** What cannot be rendered, and then every rendered object against the types of its kind: what is missing, of the wrong type, or unknown. */
export function kubernetesTypes(root: string): string[] {
  const renderings = renderAll(root);
  const problems = renderings.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));
  if (problems.length) return problems;
  const entries = renderings.flatMap(({ name, manifests }) => manifests.map((manifest) => ({ name, manifest })));
  // One line of a program for each object, checked by the TypeScript compiler, which knows fields that are too many as well.
  const lineOf = (manifest: Manifest, at: number) =>
    `import type { I${manifest.kind} as T${at} } from '${moduleOf(manifest)}'; export const v${at}: T${at} = ${JSON.stringify(manifest)};`;
  const lines = entries.map(({ manifest }, at) => lineOf(manifest, at));
  return diagnose(lines.join('\n')).map(({ line, message }) => `${entries[line]!.name}, ${label(entries[line]!.manifest)}: ${message}`);
}
kubernetesTypes.whyNot = unlessThereAre('kubectl');

function moduleOf({ apiVersion, kind }: Manifest): string {
  const group = apiVersion.split('/')[0]!;
  if (OWN.includes(group)) return './operator-types.ts';
  const version = PACKAGES[group] ? apiVersion.replace(group, PACKAGES[group]) : `kubernetes-models/${apiVersion}`;
  return `${version}/${kind}`;
}

/** Read once in a process, however often it looks. */
const TYPES = new Map<string, ts.SourceFile | undefined>();

function diagnose(text: string): { line: number; message: string }[] {
  const file = join(projectRoot(), 'tools/deploy/src/checks/rendered.mts'); // beside the types of the operators
  const options: ts.CompilerOptions = {
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2023 },
    ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true, types: [] },
  };
  const host = ts.createCompilerHost(options);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => {
    if (name === file) return source;
    if (!TYPES.has(name)) TYPES.set(name, getSourceFile.call(host, name, ...rest));
    return TYPES.get(name);
  };
  const program = ts.createProgram([file], options, host);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start, messageText }) => ({
    line: source.getLineAndCharacterOfPosition(start!).line,
    message: ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\s+/g, ' '),
  }));
}
