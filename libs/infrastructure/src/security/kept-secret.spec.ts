import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptSecret } from './kept-secret';

describe('keptSecret', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kept-secret-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes a long secret once, and a missing folder with it', () => {
    const data = join(folder, 'new', 'data');
    const secret = keptSecret(data);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(48);
    expect(keptSecret(data)).toBe(secret);
    expect(keptSecret(join(folder, 'other'))).not.toBe(secret);
    expect(readFileSync(join(data, 'jwt-secret'), 'utf8')).toBe(secret);
  });

  it('keeps it to its user', () => {
    keptSecret(join(folder, 'data'));
    expect(statSync(join(folder, 'data', 'jwt-secret')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
  });

  it('takes one that an operator put there', () => {
    writeFileSync(join(folder, 'jwt-secret'), `${'s'.repeat(40)}\n`);
    expect(keptSecret(folder)).toBe('s'.repeat(40));
  });
});
