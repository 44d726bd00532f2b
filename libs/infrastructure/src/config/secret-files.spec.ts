import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretFiles, SECRETS } from './secret-files';
import { readSettings } from './settings';
import { linesOf } from './lines-of.contract';

describe('readSecretFiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scoreboard-secrets-'));
  const fileOf = (content: string, name = 'secret'): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(SECRETS)('reads %s from a file, without the line break at its end', (name) => {
    expect(readSecretFiles({ [`${name}_FILE`]: fileOf('it is\nthis\n') })[name]).toBe('it is\nthis');
    expect(readSecretFiles({ [`${name}_FILE`]: fileOf('it is this\r\n') })[name]).toBe('it is this');
  });

  it('does not change an environment without such settings', () => {
    expect(readSecretFiles({ JWT_SECRET: 'plain', PORT: '1' })).toEqual({ JWT_SECRET: 'plain', PORT: '1' });
  });

  it('reports each file that is missing, empty or set twice, and never its content', () => {
    const missing = join(folder, 'missing');
    const problems = linesOf(() => readSecretFiles({ JWT_SECRET_FILE: missing, REDIS_URL_FILE: fileOf('\n'), RABBITMQ_URL_FILE: fileOf('amqp://secret', 'broker'), RABBITMQ_URL: 'amqp://other' }));
    expect(problems).toEqual([
      `REDIS_URL_FILE: ${join(folder, 'secret')} is empty`,
      `RABBITMQ_URL_FILE: cannot be set together with RABBITMQ_URL`,
      `JWT_SECRET_FILE: ${missing} cannot be read (ENOENT)`,
    ]);
  });

  it('starts a distributed role from files alone, and validates their values', () => {
    const files = {
      DATABASE_URL_FILE: fileOf('postgres://db/x\n', 'database'),
      REDIS_URL_FILE: fileOf('redis://cache\n', 'redis'),
      RABBITMQ_URL_FILE: fileOf('amqp://broker\n', 'rabbitmq'),
    };
    expect(readSettings('api', { ...files, JWT_SECRET_FILE: fileOf(`${'s'.repeat(32)}\n`) })).toMatchObject({ DATABASE_URL: 'postgres://db/x', JWT_SECRET: 's'.repeat(32) });
    expect(() => readSettings('api', { ...files, JWT_SECRET_FILE: fileOf('short\n') })).toThrow('JWT_SECRET: must be at least 32 bytes long');
  });
});
