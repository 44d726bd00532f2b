import { randomBytes, createSecretKey } from 'node:crypto';
import { auditLogContract } from '@scoreboard/application/audit/audit-log.contract';
import { KeyRingCipher } from '@scoreboard/infrastructure/encryption';
import { describeWith, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { PostgresAuditLog } from './postgres-audit-log';

const cipher = new KeyRingCipher([{ id: 'k1', key: createSecretKey(randomBytes(32)) }]);

describeWith('TEST_DATABASE_URL', 'PostgresAuditLog on PostgreSQL', () => {
  const { database } = useDatabase();
  beforeEach(() => database.query('TRUNCATE audit_log'));

  auditLogContract(() => Promise.resolve(new PostgresAuditLog(database, cipher)));

  it('stores no address without a key, and returns null for a stored address', async () => {
    await new PostgresAuditLog(database).append({ act: 'hide', actor: 'keyless', address: '203.0.113.77' });
    await new PostgresAuditLog(database, cipher).append({ act: 'hide', actor: 'sealed', address: '203.0.113.77' });
    const [sealed, keyless] = await new PostgresAuditLog(database).newest(2);
    expect(keyless).not.toHaveProperty('address');
    expect(sealed).toMatchObject({ actor: 'sealed', address: null });
  });

  const log = () => new PostgresAuditLog(database, cipher);
  const append = async (...addresses: string[]) => {
    for (const address of addresses) await log().append({ act: 'hide', actor: 'mod', address });
  };

  it.each([
    ['moved to another row', 'UPDATE audit_log SET address = (SELECT address FROM audit_log ORDER BY at LIMIT 1)', 'altered, moved'],
    ['altered', 'UPDATE audit_log SET address = set_byte(address, octet_length(address) - 1, 1 + get_byte(address, octet_length(address) - 1) % 255)', 'altered, moved'],
    ['cut', 'UPDATE audit_log SET address = substring(address FOR octet_length(address) - 1)', 'altered, moved'],
    ['truncated inside its header', 'UPDATE audit_log SET address = substring(address FOR 31)', 'it is truncated'],
    ['of an unknown format', 'UPDATE audit_log SET address = set_byte(address, 0, 2)', 'has an unknown format'],
    ['of a missing key', 'UPDATE audit_log SET address = set_byte(address, 3, 57)', 'the key k9 is not in DATA_ENCRYPTION_KEYS'],
  ])('does not decrypt an address that was %s', async (_what, tamper, problem) => {
    await append('203.0.113.77', '198.51.100.1');
    await database.query(tamper);
    await expect(log().newest(1)).rejects.toThrow(problem);
  });

  it('does not decrypt with another key of the same id', async () => {
    await append('203.0.113.77');
    const other = new KeyRingCipher([{ id: 'k1', key: createSecretKey(randomBytes(32)) }]);
    await expect(new PostgresAuditLog(database, other).newest(1)).rejects.toThrow('another key that has the id k1');
  });
});

describe('PostgresAuditLog on the embedded database', () => {
  const database = useEmbeddedDatabase();
  beforeEach(() => database.query('TRUNCATE audit_log'));

  auditLogContract(() => Promise.resolve(new PostgresAuditLog(database, cipher)));
});
