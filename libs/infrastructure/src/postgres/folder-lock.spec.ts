import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../test/support';
import { FolderInUse, lockFolder } from './folder-lock';

const onLinux = existsSync('/proc/self/stat') ? it : it.skip;

describe('lockFolder', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  const file = () => join(folder, 'lock');
  const stat = (pid: number) => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  };
  const ownerLine = (pid: number) => (existsSync('/proc/self/stat') ? `${pid} ${stat(pid)[19]}` : `${pid} -`);
  const start = async (command: string, args: string[]) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    return child;
  };

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'folder-lock-'))));
  afterEach(async () => {
    for (const child of children.splice(0)) {
      const isRunning = child.exitCode === null && child.signalCode === null;
      if (isRunning) await Promise.all([once(child, 'exit'), child.kill('SIGKILL')]);
    }
    rmSync(folder, { recursive: true });
  });

  it('is held until it is released, and creates a missing folder', () => {
    const data = join(folder, 'new', 'data');
    const unlock = lockFolder(data);
    expect(() => lockFolder(data)).toThrow(FolderInUse);
    unlock();
    lockFolder(data)();
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  it('refuses other processes while its process runs, and says what to do', async () => {
    const child = await start('sleep', ['60']);
    writeFileSync(file(), ownerLine(child.pid!));
    expect(() => lockFolder(folder)).toThrow(`is in use by process ${child.pid}: stop that one first, or set DATA_DIR`);
  });

  it('is taken over from a process that no longer runs', async () => {
    const child = await start('sleep', ['60']);
    writeFileSync(file(), ownerLine(child.pid!));
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockFolder(folder)();
  });

  onLinux('is taken over from a process that was killed and that its parent has not noticed', async () => {
    // The shell becomes a sleep, which never waits for the child that it inherits.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(parent);
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line);
    writeFileSync(file(), ownerLine(pid));
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    await eventually(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'));
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(stat(pid)[0]).toBe('Z'));
    lockFolder(folder)();
  });

  onLinux('is taken over where another process has the number now', async () => {
    const child = await start('sleep', ['60']);
    writeFileSync(file(), `${child.pid} 1`);
    lockFolder(folder)();
  });

  it('is taken over if its file is empty, as after a power loss', () => {
    writeFileSync(file(), '');
    lockFolder(folder)();
  });
});
