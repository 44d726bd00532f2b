import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptDataKeys, keptSecret } from './kept-secret';

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

describe('keptDataKeys', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kept-keys-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, 'data-encryption-keys');

  it('makes a key once, for its user alone', () => {
    const [own] = keptDataKeys(folder);
    expect(own).toMatchObject({ id: expect.stringMatching(/^own-[0-9a-f]{8}$/), key: { symmetricKeySize: 32 } });
    expect(keptDataKeys(folder)[0]!.key.equals(own!.key)).toBe(true);
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  it('takes a new one that an operator put in front', () => {
    keptDataKeys(folder);
    writeFileSync(file(), `new:${'A'.repeat(43)}=,\n${readFileSync(file(), 'utf8')}\n`);
    expect(keptDataKeys(folder).map(({ id }) => id)).toEqual(['new', expect.stringMatching(/^own-/)]);
  });

  it('is an error of the settings, without the key, where the file holds no ring', () => {
    writeFileSync(file(), 'k1:c2hvcnQ=');
    expect(() => keptDataKeys(folder)).toThrow(new RegExp(`^${file()}: entry 1 must be id:base64`));
  });
});
