import { renameSync, writeFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';

// An embedded database as initdb leaves it, for `pglite.worker.cjs`: to unpack it takes a fifth of what making it anew takes.
const [file] = process.argv.slice(2);
const database = await PGlite.create('memory://');
const archive = await database.dumpDataDir('gzip');
await database.close();
writeFileSync(`${file}.part`, Buffer.from(await archive.arrayBuffer()));
renameSync(`${file}.part`, file);
