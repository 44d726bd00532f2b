import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another process works on this folder. */
export class FolderInUse extends Error {
  constructor(folder: string, owner: string) {
    super(`${folder} is in use by process ${owner}: stop that one first, or set DATA_DIR to another folder`);
    this.name = 'FolderInUse';
  }
}

/**
 * Takes a folder for this process alone and returns a function that gives it back; creates the folder where it is missing.
 * The lock of a process that is gone (kill -9, power loss) is taken over. Throws `FolderInUse`.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  const own = identify(process.pid)!;
  if (!write(file, own)) {
    const owner = readFileSync(file, 'utf8');
    const [pid] = owner.split(' ');
    // Without a start time, our own number is that of a predecessor: in a container every first process is number 1.
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

/** A living process's number with, where the system tells it, its start time: numbers are used again, after a reboot above all. */
function identify(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  const fields = statFields(pid);
  if (!fields) return `${pid} -`;
  // A zombie was killed and only waits to be noticed by its parent.
  return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
}

/** The fields of /proc/<pid>/stat from the state on, behind the command's name, which may hold spaces; none where there is no /proc. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
