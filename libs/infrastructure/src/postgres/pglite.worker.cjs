'use strict';
// The embedded database in a worker thread, behind a socket with the PostgreSQL protocol, so that the normal driver
// works and the main thread stays free. Plain JavaScript, because a worker thread loads it without compilation.
const { existsSync, readdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');

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
  if (folder === undefined) return PGlite.create('memory://', { loadDataDir: newCluster() });
  if (!existsSync(folder)) {
    const unfinished = `${folder}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    await (await PGlite.create(unfinished, { loadDataDir: newCluster() })).close();
    renameSync(unfinished, folder);
  }
  return PGlite.create(folder);
}

/** The initialized cluster from the build. Without it, PGlite runs initdb, which takes several seconds. */
function newCluster() {
  const archive = readdirSync(__dirname).find((name) => name.startsWith('new-cluster-'));
  return archive && new Blob([readFileSync(join(__dirname, archive))], { type: 'application/x-gzip' });
}

void main();
