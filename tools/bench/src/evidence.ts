import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { circumstances, findInitdb, findRabbitmq, findRedis, projectRoot, writeDocument } from '@scoreboard/harness';

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
  const path = join(projectRoot(), 'docs/evidence', file);
  const more = [
    `- The machine's load average before was ${loadBefore!.toFixed(1)}.`,
    `- ${[...serverVersions(), ...packageVersions()].join(', ')}.`,
    '- Servers with their defaults: PostgreSQL and RabbitMQ force to disk, Redis keeps nothing. One process of each role.',
  ];
  writeDocument(path, [`# ${title}`, '', ...circumstances(command), ...more, ...notes, '', report]);
  return path;
}

function serverVersions(): string[] {
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim();
  return [
    `PostgreSQL ${/[\d.]+/.exec(run(findInitdb()!, '--version'))}`,
    `Redis ${/v=([\d.]+)/.exec(run(findRedis()!, '--version'))?.[1]}`,
    `RabbitMQ ${run(join(dirname(findRabbitmq()!), 'rabbitmqctl'), 'version')}`,
  ];
}

function packageVersions(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return ['fastify', '@nestjs/core', 'amqplib', 'pg', 'redis', 'socket.io', 'ws'].map((name) => `${name} ${dependencies[name]}`);
}
