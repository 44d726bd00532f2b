import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
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

/** Writes until there is no more room; what is returned makes room again. */
export function fill({ folder }: SmallDisk): () => void {
  const path = join(folder, 'filler');
  const file = openSync(path, 'a');
  for (let size = 1 << 20; size >= 512; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size >>= 1; // Less may still find room.
    }
  }
  closeSync(file);
  return () => rmSync(path);
}
