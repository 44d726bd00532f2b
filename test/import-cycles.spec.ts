import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = join(__dirname, '..');

/** Texts by path from the root, such as `libs/domain/src/board.ts`. */
type Files = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  readonly to: string;
}

/** A unit of what may not import itself through others. */
const file = (path: string): string => path;
/** An `index.ts` or `main.ts` only joins folders, and counts as itself. */
const folder = (path: string): string => (/\/(index|main)\.ts$/.test(path) ? path : dirname(path));

describe('imports', () => {
  const files = readFiles();
  const planted = (path: string, code: string): Files => new Map([...files, [path, `${files.get(path)!}\n${code}`]]);

  it('make no cycle of files, those of types included', () => {
    expect(cycleIn(importsOf(files), file)).toEqual([]);
  });

  it('make no cycle of folders, those of types included', () => {
    expect(cycleIn(importsOf(files), folder)).toEqual([]);
  });

  it.each([
    ['libs/application/src/boards/live-periods.ts', `import type { ProjectPeriods } from './project-periods';`, 'libs/application/src/boards/project-periods.ts'],
    ['libs/domain/src/board.ts', `export const load = () => import('@scoreboard/application');`, 'libs/application/src/index.ts'],
    ['libs/client/src/address.ts', `import '@scoreboard/react';`, 'libs/react/src/index.ts'],
  ])('that close a cycle of files are reported, in %s: %s', (path, code, to) => {
    expect(cycleIn(importsOf(planted(path, code)), file)).toContain(`${path} imports ${to}`);
  });

  it.each([
    ['libs/application/src/leaderboard/interval-task.ts', `export type { ScoreQueue } from '../scores/score-queue';`, 'libs/application/src/scores/score-queue.ts'],
    ['libs/interfaces/src/http/user-id.ts', `import { LimitGuard } from '../auth/limit.guard';`, 'libs/interfaces/src/auth/limit.guard.ts'],
    ['apps/cli/src/health.ts', `import { token } from './commands/token';`, 'apps/cli/src/commands/token.ts'],
  ])('that close a cycle of folders are reported, in %s: %s', (path, code, to) => {
    const imports = importsOf(planted(path, code));
    expect(cycleIn(imports, file)).toEqual([]);
    expect(cycleIn(imports, folder)).toContain(`${path} imports ${to}`);
  });
});

function readFiles(): Files {
  const sources = ['libs', 'apps'].flatMap((root) => readdirSync(join(ROOT, root)).map((name) => `${root}/${name}/src`));
  const names = sources.flatMap((source) => readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' }).map((name) => join(source, name)));
  const products = names.filter((name) => name.endsWith('.ts') && !/\.(spec|contract)\.ts$/.test(name));
  return new Map(products.map((name) => [name, readFileSync(join(ROOT, name), 'utf8')]));
}

/** The imports and exports from one of these files to another. */
function importsOf(files: Files): readonly Import[] {
  return [...files].flatMap(([from, text]) =>
    preProcessFile(text).importedFiles.flatMap(({ fileName }) => {
      const to = fileNamed(files, from, fileName);
      return to === undefined ? [] : [{ from, to }];
    }),
  );
}

/** Undefined for the packages of others, the harness, styles, JSON and CommonJS. */
function fileNamed(files: Files, from: string, name: string): string | undefined {
  if (!/^(\.|@scoreboard\/(?!harness))/.test(name) || /\.(css|cjs|json)\b/.test(name)) return undefined;
  const path = name.startsWith('.') ? join(dirname(from), name) : name.replace(/^@scoreboard\/([^/]+)/, 'libs/$1/src');
  const found = [path, path.replace(/\.js$/, '.ts'), `${path}.ts`, `${path}/index.ts`].find((candidate) => files.has(candidate));
  if (found === undefined) throw new Error(`${from} imports ${name}: expected a file ${path}.ts or ${path}/index.ts`);
  return found;
}

/** The imports that form a cycle between these units; empty without a cycle. */
function cycleIn(imports: readonly Import[], unitOf: (path: string) => string): readonly string[] {
  const graph = new Map<string, Map<string, Import>>();
  for (const each of imports) {
    const [from, to] = [unitOf(each.from), unitOf(each.to)];
    if (from !== to) graph.set(from, (graph.get(from) ?? new Map()).set(to, each));
  }
  const withoutCycle = new Set<string>();
  const walk = (unit: string, path: readonly string[], way: readonly Import[]): readonly Import[] => {
    if (path.includes(unit)) return way.slice(path.indexOf(unit));
    if (withoutCycle.has(unit)) return [];
    for (const [next, step] of graph.get(unit) ?? []) {
      const cycle = walk(next, [...path, unit], [...way, step]);
      if (cycle.length) return cycle;
    }
    withoutCycle.add(unit);
    return [];
  };
  const cycle = [...graph.keys()].map((unit) => walk(unit, [], [])).find(({ length }) => length) ?? [];
  return cycle.map(({ from, to }) => `${from} imports ${to}`);
}
