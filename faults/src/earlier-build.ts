import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';

const run = promisify(execFile);
const git = (...args: string[]): string => execFileSync('git', args, { cwd: projectRoot(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** The newest tag before this commit, or else ten commits ago. */
export function earlierVersion(): string {
  try {
    return git('describe', '--tags', '--abbrev=0', 'HEAD~1');
  } catch {
    return 'HEAD~10'; // There is no tag yet, or no git at all, which `lacksVersion` tells.
  }
}

/** Why this version cannot be built here; undefined where it can. */
export function lacksVersion(revision: string): string | undefined {
  try {
    git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
    return undefined;
  } catch {
    return `git knows no version ${revision} here`;
  }
}

const builds = new Map<string, Promise<string>>();

/** The folder of a build of this version, with its own packages; made once, in a minute or so. */
export function earlierBuild(revision: string): Promise<string> {
  if (!builds.has(revision)) builds.set(revision, build(revision));
  return builds.get(revision)!;
}

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
