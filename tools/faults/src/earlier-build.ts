import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, run, temporaryFolder } from '@scoreboard/harness';
import type { More } from './fault';

/** What git says; undefined where it fails, or where there is none. */
function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: projectRoot(), encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The newest tag before this commit, or else ten commits ago. */
export const earlierVersion = (): string => git('describe', '--tags', '--abbrev=0', 'HEAD~1') ?? git('rev-parse', '--short', 'HEAD~10') ?? 'HEAD~10';

/** Every released version begins with this migration, so all of them can share a database. */
const FIRST_MIGRATION = '1764000000000-schema.ts';

/** Why this version cannot play here; undefined where it can. */
function lacksVersion(revision: string): string | undefined {
  const files = git('ls-tree', '-r', '--name-only', `${revision}^{commit}`);
  if (files === undefined) return `git knows no version ${revision} here`;
  return files.includes(FIRST_MIGRATION) ? undefined : `${revision} is older than the first release: it cannot share a database with this version`;
}

const builds = new Map<string, Promise<string>>();

/** The folder of a build of this version, with its own packages; made once, in a minute or so. */
export function earlierBuild(revision: string): Promise<string> {
  if (!builds.has(revision)) builds.set(revision, build(revision));
  return builds.get(revision)!;
}

export const WITH_EARLIER: More = { skip: ({ earlier }) => lacksVersion(earlier), prepare: ({ earlier }) => earlierBuild(earlier) };

async function build(revision: string): Promise<string> {
  const folder = temporaryFolder('earlier');
  const project = join(folder, 'project');
  const archive = join(folder, 'project.tar');
  mkdirSync(project);
  await run('git', ['archive', '--output', archive, revision], { cwd: projectRoot() });
  await run('tar', ['-xf', archive], { cwd: project });
  await run(process.execPath, ['scripts/build.mjs'], { cwd: project });
  return project;
}
