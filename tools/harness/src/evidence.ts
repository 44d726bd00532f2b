import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { binary } from './binary';
import { projectRoot } from './role-process';

/** A table in Markdown. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(titles), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

/** Made by the npm `script` with these `args`, by default as they were given; `notes` are what else one must know to read it, lines of a list. */
type Evidence = Readonly<{ title: string; script: string; args?: readonly string[]; notes: readonly string[] }>;

/** Of the minute before the tool was started: how far others used the machine. */
const [loadBefore] = loadavg();

/** Writes a result with its circumstances, over what the file held. */
export function writeEvidence(path: string, { title, script, args = process.argv.slice(2), notes }: Evidence, report: string): void {
  const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`;
  const lines = [
    `- Command: \`npm run ${[script, '--', ...args].join(' ')}\`, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    `- Machine: ${machine}; load average before ${loadBefore!.toFixed(1)}; servers, roles, load and clients all ran on it.`,
    `- ${versions().join(', ')}.`,
  ];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, [`# ${title}`, '', ...lines, ...notes, '', report, ''].join('\n'));
}

function versions(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const run = (command: string, ...args: string[]) => execFileSync(binary(command), args, { encoding: 'utf8' }).trim();
  return [
    `PostgreSQL ${/[\d.]+/.exec(run('initdb', '--version'))}`,
    `Redis ${/v=([\d.]+)/.exec(run('redis-server', '--version'))?.[1]}`,
    `RabbitMQ ${run('rabbitmqctl', 'version')}`,
    ...['fastify', '@nestjs/core', 'amqplib', 'pg', 'redis', 'socket.io', 'ws'].map((name) => `${name} ${dependencies[name]}`),
  ];
}
