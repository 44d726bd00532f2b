import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SettingsError } from './settings-error';

/** What a file may hold instead of the environment, where processes and listings of containers would show it. */
export const SECRETS = ['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL', 'JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_PRIVATE_KEY', 'DATA_ENCRYPTION_KEYS'] as const;

type FileSetting = `${(typeof SECRETS)[number]}_FILE`;

/** `JWT_SECRET_FILE` and so on: where the secret lies. */
export const secretFileSettings = Object.fromEntries(SECRETS.map((name) => [`${name}_FILE`, z.string().optional()])) as Record<FileSetting, z.ZodOptional<z.ZodString>>;

/**
 * The environment with the secrets that its `…_FILE` settings name, each without the line break at the file's end. Throws
 * `SettingsError`, a line each, for a file that cannot be read or is empty, and for a secret that is set both ways.
 */
export function readSecretFiles(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const problems: string[] = [];
  const found: NodeJS.ProcessEnv = {};
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (!file) continue;
    if (given[name]) problems.push(`${name}_FILE: cannot be set together with ${name}`);
    found[name] = contentOf(file, (problem) => problems.push(`${name}_FILE: ${file} ${problem}`));
  }
  if (problems.length) throw new SettingsError(problems);
  return { ...given, ...found };
}

function contentOf(file: string, complain: (problem: string) => void): string | undefined {
  try {
    const content = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (!content) complain('is empty');
    return content;
  } catch (error) {
    complain(`cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
    return undefined;
  }
}
