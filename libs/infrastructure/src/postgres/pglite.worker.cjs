'use strict';
// The embedded database in a thread of its own, behind a socket that speaks PostgreSQL's protocol, so that the
// ordinary driver is used and the main thread stays free. Plain JavaScript: a worker thread loads it as it is.
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { gunzipSync } = require('node:zlib');

// PostgreSQL touches all of its buffer in time, and the operating system caches the files as well: with the default of 128 MB a standalone
// needs 100 MB more, and is not faster with up to 200,000 users.
const CONFIGURATION = { postgresqlconf: ['shared_buffers = 16MB'] };

async function main() {
  const { PGlite } = await import('@electric-sql/pglite');
  const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
  const database = await open(PGlite, workerData.folder);
  const server = new PGLiteSocketServer({ db: database, maxConnections: 16, ...workerData.listen });
  await server.start();
  parentPort.once('message', async () => {
    await server.stop();
    await database.close();
    parentPort.postMessage('closed');
  });
  parentPort.postMessage('ready');
}

/** A new folder is created atomically, even if the first start is interrupted. */
async function open(PGlite, folder) {
  const archive = newCluster();
  if (folder === undefined) return PGlite.create('memory://', { ...CONFIGURATION, loadDataDir: archive && new Blob([archive], { type: 'application/x-gzip' }) });
  if (!existsSync(folder)) {
    const unfinished = `${folder}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    if (archive) unpack(archive, unfinished);
    else await (await PGlite.create(unfinished)).close();
    renameSync(unfinished, folder);
  }
  return PGlite.create(folder, CONFIGURATION);
}

/** The initialized cluster from the build. Without it, PGlite runs initdb, which takes several seconds. */
function newCluster() {
  const name = readdirSync(__dirname).find((file) => file.startsWith('new-cluster-'));
  return name && readFileSync(join(__dirname, name));
}

/** Writes the archive's folders and files (tar, format ustar). PGlite does it as well, and starts a database for that, which takes four times as long. */
function unpack(archive, folder) {
  const tar = gunzipSync(archive);
  const text = (at, length) => tar.toString('latin1', at, at + length).split('\0')[0];
  mkdirSync(folder, { mode: 0o700 });
  for (let at = 0, size; tar[at]; at += 512 + Math.ceil(size / 512) * 512) {
    const path = join(folder, text(at + 345, 155), text(at, 100));
    size = parseInt(text(at + 124, 12), 8);
    const isFolder = text(at + 156, 1) === '5';
    if (isFolder) mkdirSync(path, { recursive: true, mode: 0o700 });
    else writeFileSync(path, tar.subarray(at + 512, at + 512 + size), { mode: 0o600 });
  }
}

void main();
