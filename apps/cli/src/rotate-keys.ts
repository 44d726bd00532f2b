import { Logger } from '@nestjs/common';
import { readSettings } from '@scoreboard/infrastructure/config';
import { operatorDatabase, SealedAddresses } from '@scoreboard/infrastructure/database';
import { run } from '@scoreboard/infrastructure/observability';
import { KeyRing, operatorDataKeys } from '@scoreboard/infrastructure/security';

run(async () => {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const settings = readSettings('cli');
  const keys = operatorDataKeys(settings);
  if (!keys) throw new Error('DATA_ENCRYPTION_KEYS: is required: the new key, then the old ones');
  const database = operatorDatabase(settings);
  try {
    const addresses = new SealedAddresses(database, new KeyRing(keys));
    const { resealed, broken } = await addresses.rotate((count) => process.stderr.write(`\r${count} sealed anew`));
    const counts = Object.entries(await addresses.countByKey()).map(([id, count]) => `${id} ${count}`);
    process.stdout.write(`\n${resealed} sealed anew under ${keys[0]!.id}; now by key: ${counts.join(', ') || 'none'}\n`);
    for (const problem of broken) process.stderr.write(`${problem}\n`);
    if (broken.length) process.exitCode = 1;
  } finally {
    await database.onApplicationShutdown();
  }
});
