import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { parseAllDocuments } from 'yaml';
import { binary } from '@scoreboard/harness';
import { runTool } from './check';

/** An object of Kubernetes, as far as our rules look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  // What stands here depends on the kind; its form is held by `kubernetesTypes`.
  readonly spec?: any; // eslint-disable-line typescript/no-explicit-any
  readonly data?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** `name` is the folder below `k8s`, `problem` what kubectl said where it could not render it. */
export type Rendering = Readonly<{ name: string; manifests: readonly Manifest[]; problem?: string }>;

const RENDERED = new Map<string, readonly Rendering[]>();

/** Every overlay, each with its place for an operator's commands, and the examples, as kubectl renders them; once for each root in a process. */
export function renderAll(root: string): readonly Rendering[] {
  if (!RENDERED.has(root)) RENDERED.set(root, render(root));
  return RENDERED.get(root)!;
}

function render(root: string): readonly Rendering[] {
  const kubectl = binary('kubectl');
  const overlays = readdirSync(join(root, 'k8s/overlays')).flatMap((overlay) => [`overlays/${overlay}`, `overlays/${overlay}/operator`]);
  const names = [...overlays, 'examples'];
  return names.map((name) => {
    const { ok, stdout, output } = runTool(kubectl, ['kustomize', join(root, 'k8s', name)], root);
    if (!ok) return { name, manifests: [], problem: output };
    return { name, manifests: parseAllDocuments(stdout).map((document) => document.toJS() as Manifest) };
  });
}

export const label = ({ kind, metadata: { name } }: Manifest): string => `${kind}/${name}`;

export const podOf = (manifest: Manifest): IPodSpec | undefined => manifest.spec?.template?.spec as IPodSpec | undefined;
