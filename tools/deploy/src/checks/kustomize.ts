import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findBinary } from '@scoreboard/harness';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { parseAllDocuments } from 'yaml';
import { runTool, skip } from './check';

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

export interface Rendering {
  /** The folder below `k8s`. */
  readonly name: string;
  readonly manifests: readonly Manifest[];
  /** What kubectl said where it could not render it. */
  readonly problem?: string;
}

/** What was rendered in this process, by the files that it was rendered from. */
const RENDERED = new Map<string, readonly Rendering[]>();

/** Every overlay, each with its place for an operator's commands, and the examples, as kubectl renders them. Takes seconds, once for the same files. */
export function renderAll(root: string): readonly Rendering[] {
  const key = hashOf(root, ['k8s', 'deploy/observability/grafana']);
  const rendered = RENDERED.get(key) ?? render(root);
  RENDERED.set(key, rendered);
  return rendered;
}

function hashOf(root: string, folders: readonly string[]): string {
  const hash = createHash('sha256');
  const entries = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }));
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.sort()) hash.update(`${relative(root, file)}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function render(root: string): readonly Rendering[] {
  const kubectl = findBinary('kubectl') ?? skip('there is no kubectl');
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
