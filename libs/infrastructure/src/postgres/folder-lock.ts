import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another process uses this folder. */
export class FolderInUse extends Error {
  constructor(folder: string, owner: string) {
    super(`${folder} is in use by process ${owner}: stop that one first, or set DATA_DIR to another folder`);
    this.name = 'FolderInUse';
  }
}

/**
 * Locks a folder for this process and returns a function that releases it. Creates the folder if it does not exist.
 * Takes over the lock of a process that no longer runs (`kill -9`, power loss). Throws `FolderInUse`.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  const own = identify(process.pid)!;
  if (!write(file, own)) {
    const owner = readFileSync(file, 'utf8');
    const [pid] = owner.split(' ');
    // Without a start time, a lock with our own pid is from an earlier run: in a container the main process always has pid 1.
    const isOurPredecessor = owner === `${process.pid} -`;
    if (identify(Number(pid)) === owner && !isOurPredecessor) throw new FolderInUse(folder, pid!);
    rmSync(file, { force: true });
    if (!write(file, own)) throw new FolderInUse(folder, readFileSync(file, 'utf8').split(' ')[0]!);
  }
  return () => rmSync(file, { force: true });
}

function write(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The pid of a running process plus its start time, if the system provides it, because pids are reused, especially after a reboot. */
function identify(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  const fields = statFields(pid);
  if (!fields) return `${pid} -`;
  // A zombie has ended and only waits for its parent.
  return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
}

/** The fields of /proc/<pid>/stat from the state on, after the command name, which may contain spaces. Undefined without /proc. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
