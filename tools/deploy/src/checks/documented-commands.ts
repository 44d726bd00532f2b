import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runbooksIn } from '../runbooks';
import { read, unless, unlessThereAre } from './check';
import { type Compose, readCompose } from './compose';
import { type Fence, fencesIn, fencesOf, wordsOf } from './fences';
import { covers, templateLabels } from './kubernetes-names';
import { label, type Manifest, podOf, renderAll } from './kustomize';

/** Who runs a block: the first two are held here, the commands within them and the others by a test. */
const TAGS = ['compose', 'kubernetes', 'node', 'run'];

/** Documents for developers, whose blocks are marked too. Those of docs/identity-providers.md hold settings, which its own test reads. */
const DEVELOPERS_DOCUMENTS = ['docs/boards.md', 'docs/extending.md', 'docs/tutorial.md'];

/** The verbs of `docker compose` that the documents use, and whether what follows the first service are services, too. */
const COMPOSE_VERBS: Readonly<Record<string, 'all' | 'first'>> = { ps: 'all', logs: 'all', up: 'all', restart: 'all', exec: 'first', run: 'first' };
const WITH_VALUE = ['--tail', '--since', '--scale', '--profile'];

/** A command that is copied from the documents works: each block is marked with who runs it, and names services that exist. */
export function documentedCommands(root: string): string[] {
  const fences = fencesIn(root).filter(({ language }) => language === 'sh');
  const compose = readCompose(root);
  const ofCompose = fences.filter(({ tag }) => tag === 'compose').flatMap((fence) => each(fence, (command) => composeMistakes(command, compose)));
  const others = DEVELOPERS_DOCUMENTS.flatMap((file) => fencesOf(file, read(root, file))).filter(({ language }) => language === 'sh');
  const unmarked = [...fences, ...others].filter(({ tag, whyNot }) => !TAGS.includes(tag) && !whyNot);
  return [
    ...unmarked.map(({ file, line }) => `${file}:${line}: nobody runs this block: mark it ${TAGS.join(', ')}, or say above it why not (<!-- not run: … -->)`),
    ...ofCompose,
    ...runbookMistakes(root, fences),
  ];
}

/** The same for Kubernetes: namespaces, workloads and labels are in what is rendered. */
export function documentedKubectl(root: string): string[] {
  const renderings = renderAll(root);
  const manifests = renderings.flatMap((rendering) => rendering.manifests);
  const fences = fencesIn(root).filter(({ tag }) => tag === 'kubernetes');
  return fences.flatMap((fence) => each(fence, (command) => kubectlMistakes(command, manifests, root)));
}
documentedKubectl.whyNot = unlessThereAre('kubectl');

const each = ({ file, line, commands }: Fence, mistakesOf: (command: string) => string[]): string[] =>
  commands.flatMap((command) => mistakesOf(command).map((mistake) => `${file}:${line}: ${command}: ${mistake}`));

function composeMistakes(command: string, { services }: Compose): string[] {
  const words = wordsOf(command);
  const bare = words.slice(2).filter((word, at, all) => !word.startsWith('-') && !WITH_VALUE.includes(all[at - 1] ?? ''));
  const [verb = '', ...named] = bare;
  const profiles = new Set(Object.values(services).flatMap((service) => service.profiles ?? []));
  const asked = words.filter((_, at) => words[at - 1] === '--profile');
  const places = COMPOSE_VERBS[verb] === 'first' ? named.slice(0, 1) : named;
  return [
    ...unless(command.startsWith('docker compose '), 'is no command of Compose'),
    ...unless(COMPOSE_VERBS[verb], `${verb}: is not one of ${Object.keys(COMPOSE_VERBS).join(', ')}`),
    ...asked.flatMap((profile) => unless(profiles.has(profile), `there is no profile ${profile}`)),
    ...places.flatMap((service) => unless(services[service], `there is no service ${service}`)),
  ];
}

function kubectlMistakes(command: string, manifests: readonly Manifest[], root: string): string[] {
  const [program, ...words] = wordsOf(command.split(' -- ')[0]!);
  const after = (option: string) => words.filter((_, at) => words[at - 1] === option);
  const [namespace] = after('-n');
  const inNamespace = manifests.filter((manifest) => manifest.metadata.namespace === namespace);
  const pods = inNamespace.filter(podOf);
  const entered = after('exec').filter((word) => !word.includes('/') && !word.startsWith('-'));
  return [
    ...unless(program === 'kubectl', 'is no command of kubectl'),
    ...after('-k').flatMap((path) => unless(existsSync(join(root, path, 'kustomization.yaml')), `there is no ${path}`)),
    ...unless(!namespace || inNamespace.length, `there is no namespace ${namespace}`),
    ...words.filter((word) => /^(deployment|job)\/./.test(word)).flatMap((word) => unless(inNamespace.some((manifest) => label(manifest).toLowerCase() === word), `there is no ${word}`)),
    ...entered.flatMap((pod) => unless(inNamespace.some(({ metadata }) => pod.startsWith(metadata.name)), `nothing makes a pod ${pod}`)),
    ...after('-l').flatMap((wanted) => unless(pods.some((pod) => covers(Object.fromEntries([wanted.split('=')]), templateLabels(pod))), `no pod has the label ${wanted}`)),
  ];
}

/** A runbook tells all that somebody needs who was just woken. */
function runbookMistakes(root: string, fences: readonly Fence[]): string[] {
  return runbooksIn(root).flatMap(({ alert, text: body }) => {
    const parts = ['**Symptom.**', '**See it.**', '**Do.**', '**Solved when**'].filter((part) => !body.includes(part));
    const tags = fences.filter(({ file, heading }) => file === 'docs/runbooks.md' && heading === alert).map(({ tag }) => tag);
    const isSilent = tags.includes('compose') && !tags.includes('kubernetes') && !body.includes('On Kubernetes');
    return [
      ...parts.map((part) => `docs/runbooks.md: ${alert} has no part ${part}`),
      ...unless(/```promql\n/.test(body), `docs/runbooks.md: ${alert} has no query`),
      ...unless(!isSilent, `docs/runbooks.md: ${alert} has commands for Compose and none for Kubernetes`),
    ];
  });
}
