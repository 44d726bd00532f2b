import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority, temporaryFolder } from '@scoreboard/harness';
import { describeWith } from '../../../../test/support';
import { readCertificate } from './certificate';
import { readSettings } from './settings';

describeWith('TEST_OPENSSL', 'readCertificate', () => {
  const authority = new Authority();
  const [good, other, expired, early] = [[-1, 1], [-1, 1], [-3, -1], [1, 2]].map((days) => authority.issue({ hosts: ['127.0.0.1'], days: days as [number, number] }));
  const text = join(temporaryFolder('text'), 'text.pem');
  beforeAll(() => writeFileSync(text, 'no PEM'));

  it('reads both files, and returns undefined if none is set', () => {
    expect(readCertificate({ TLS_CERT_FILE: good!.cert, TLS_KEY_FILE: good!.key })).toMatchObject({ cert: expect.stringContaining('BEGIN CERTIFICATE'), key: expect.stringContaining('PRIVATE KEY') });
    expect(readCertificate({})).toBeUndefined();
  });

  it.each([
    ['a certificate without a key', good!.cert, undefined, 'TLS_KEY_FILE: is required with TLS_CERT_FILE'],
    ['a key without a certificate', undefined, good!.key, 'TLS_CERT_FILE: is required with TLS_KEY_FILE'],
    ['a missing certificate file', '/nowhere/x.crt', good!.key, 'TLS_CERT_FILE: /nowhere/x.crt cannot be read (ENOENT)'],
    ['a missing key file', good!.cert, '/nowhere/x.key', 'TLS_KEY_FILE: /nowhere/x.key cannot be read (ENOENT)'],
    ['a file without a certificate', text, good!.key, `TLS_CERT_FILE: ${text} contains no PEM certificate`],
    ['a file without a key', good!.cert, text, `TLS_KEY_FILE: ${text} contains no PEM private key without a passphrase`],
    ['a key of another certificate', good!.cert, other!.key, `TLS_KEY_FILE: ${other!.key} is not the key of the certificate in ${good!.cert}`],
    ['an expired certificate', expired!.cert, expired!.key, `TLS_CERT_FILE: ${expired!.cert} expired on 20`],
    ['a certificate that is not yet valid', early!.cert, early!.key, `TLS_CERT_FILE: ${early!.cert} is not valid before 20`],
  ])('refuses %s with one line', (_what, cert, key, line) => {
    const start = () => readSettings('standalone', { TLS_CERT_FILE: cert, TLS_KEY_FILE: key });
    expect(start).toThrow(expect.objectContaining({ name: 'SettingsError', lines: [expect.stringContaining(line)] }));
  });
});
