import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ToolRun {
  readonly ok: boolean;
  readonly stdout: string;
  /** What it said on both channels. */
  readonly output: string;
}

/** Runs a tool to its end; a minute at the most. */
export function runTool(command: string, args: readonly string[], cwd: string): ToolRun {
  const folder = mkdtempSync(join(tmpdir(), 'scoreboard-tool-'));
  // Into files: nginx opens /dev/stdout, which cannot be done where that is a socket, as Node's pipes are.
  const names = ['stdout', 'stderr'].map((name) => join(folder, name)) as [string, string];
  const files = names.map((name) => openSync(name, 'w')) as [number, number];
  try {
    const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', ...files], timeout: 60_000 });
    const [stdout, stderr] = names.map((name) => readFileSync(name, 'utf8')) as [string, string];
    return { ok: status === 0, stdout, output: [stderr, stdout, error?.message].filter(Boolean).join('\n').trim() };
  } finally {
    files.forEach(closeSync);
    rmSync(folder, { recursive: true });
  }
}
