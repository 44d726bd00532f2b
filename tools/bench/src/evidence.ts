import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { findInitdb, findRabbitmq, findRedis } from '@scoreboard/harness';

const ROOT = join(__dirname, '../../..');

/** Of the minute before the benchmark: how far others used the machine. */
const [loadBefore] = loadavg();

export interface Evidence {
  /** In docs/evidence. */
  readonly file: string;
  readonly title: string;
  /** The script that makes it. */
  readonly command: string;
  /** What else one must know to read it; lines of a list. */
  readonly notes: readonly string[];
}

/** Writes a result with its circumstances into docs/evidence, over what the file held, and gives its path. */
export function writeEvidence({ file, title, command, notes }: Evidence, report: string): string {
  const folder = join(ROOT, 'docs/evidence');
  const path = join(folder, file);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, [`# ${title}`, '', ...circumstances(command), ...notes, '', report, ''].join('\n'));
  return path;
}

function circumstances(script: string): string[] {
  const command = [`npm run ${script} --`, ...process.argv.slice(2)].join(' ');
  return [
    `- Command: \`${command}\`, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    `- Machine: ${cpus()[0]!.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}.`,
    `- Everything ran on it, load and clients too; its load average before was ${loadBefore!.toFixed(1)}.`,
    `- Node ${process.version}, ${serverVersions().join(', ')}, ${packageVersions().join(', ')}.`,
    '- Servers with their defaults: PostgreSQL and RabbitMQ force to disk, Redis keeps nothing. One process of each role.',
  ];
}

function serverVersions(): string[] {
  const say = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim();
  return [
    `PostgreSQL ${/[\d.]+/.exec(say(findInitdb()!, '--version'))}`,
    `Redis ${/v=([\d.]+)/.exec(say(findRedis()!, '--version'))?.[1]}`,
    `RabbitMQ ${say(join(dirname(findRabbitmq()!), 'rabbitmqctl'), 'version')}`,
  ];
}

function packageVersions(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return ['fastify', '@nestjs/core', 'amqplib', 'pg', 'redis', 'socket.io', 'ws'].map((name) => `${name} ${dependencies[name]}`);
}
