import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterExit } from '@scoreboard/harness';

/** A file system of its own that can be filled. */
export type SmallDisk = ReturnType<typeof smallDisk>;

export const cannotMount = (): string | undefined => (process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'a small disk can be mounted by root on Linux alone');

/** Mounts a tmpfs. It is unmounted when it is removed, even if it is in use, and when this process ends for any reason. */
export function smallDisk(sizeMiB: number) {
  const folder = mkdtempSync(join(tmpdir(), 'scoreboard-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=1777`, 'scoreboard', folder]);
  afterExit('sleep 1; umount -l -- "$0" 2>/dev/null; rmdir -- "$0"', folder);
  return { folder, remove: () => void execFileSync('umount', ['-l', folder]) };
}

/** Writes until there is not one page left; what is returned makes room again. */
export function fill({ folder }: SmallDisk): () => void {
  const path = join(folder, 'filler');
  const { stderr } = spawnSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4K'], { encoding: 'utf8', env: { LC_ALL: 'C' } });
  if (!stderr.includes('No space left')) throw new Error(`the disk was not filled: ${stderr}`);
  return () => rmSync(path);
}
