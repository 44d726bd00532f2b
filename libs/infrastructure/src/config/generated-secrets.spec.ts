import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedDataKeys, generatedSecret } from './generated-secrets';

describe('generatedSecret', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kept-secret-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('creates a long secret once, and the folder if it is missing', () => {
    const data = join(folder, 'new', 'data');
    const secret = generatedSecret(data);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(48);
    expect(generatedSecret(data)).toBe(secret);
    expect(generatedSecret(join(folder, 'other'))).not.toBe(secret);
    expect(readFileSync(join(data, 'jwt-secret'), 'utf8')).toBe(secret);
  });

  it('makes it readable for its user only', () => {
    generatedSecret(join(folder, 'data'));
    expect(statSync(join(folder, 'data', 'jwt-secret')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
  });

  it('uses a secret that an operator put there', () => {
    writeFileSync(join(folder, 'jwt-secret'), `${'s'.repeat(40)}\n`);
    expect(generatedSecret(folder)).toBe('s'.repeat(40));
  });
});

describe('generatedDataKeys', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kept-keys-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, 'data-encryption-keys');

  it('creates a key once, readable for its user only', () => {
    const [own] = generatedDataKeys(folder);
    expect(own).toMatchObject({ id: expect.stringMatching(/^own-[0-9a-f]{8}$/), key: { symmetricKeySize: 32 } });
    expect(generatedDataKeys(folder)[0]!.key.equals(own!.key)).toBe(true);
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  it('uses a new key that an operator put first', () => {
    generatedDataKeys(folder);
    writeFileSync(file(), `new:${'A'.repeat(43)}=,\n${readFileSync(file(), 'utf8')}\n`);
    expect(generatedDataKeys(folder).map(({ id }) => id)).toEqual(['new', expect.stringMatching(/^own-/)]);
  });

  it('throws an error without the key if the file contains no key ring', () => {
    writeFileSync(file(), 'k1:c2hvcnQ=');
    expect(() => generatedDataKeys(folder)).toThrow(new RegExp(`^${file()}: entry 1 must be id:base64`));
  });
});
