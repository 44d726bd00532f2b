import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SettingsError } from './settings-error';

/** Settings that may be in a file instead of the environment, which lists of processes and containers show. */
export const SECRETS = ['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL', 'JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_PRIVATE_KEY', 'DATA_ENCRYPTION_KEYS', 'USER_ID_KEY'] as const;

type FileSetting = `${(typeof SECRETS)[number]}_FILE`;

/** `JWT_SECRET_FILE` and so on: the path of the secret. */
export const secretFileSettings = Object.fromEntries(SECRETS.map((name) => [`${name}_FILE`, z.string().optional()])) as Record<FileSetting, z.ZodOptional<z.ZodString>>;

/**
 * The environment with the secrets from its `…_FILE` settings, each without the line break at the end of the file. Throws
 * `SettingsError` with a line for each file that cannot be read or is empty, and for each secret that is set both ways.
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
