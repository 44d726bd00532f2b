'use strict';
// The embedded database in a thread of its own, behind a socket that speaks PostgreSQL's protocol, so that the
// ordinary driver is used and the main thread stays free. Plain JavaScript: a worker thread loads it as it is.
const { parentPort, workerData } = require('node:worker_threads');

async function main() {
  const { PGlite } = await import('@electric-sql/pglite');
  const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
  const database = await PGlite.create(workerData.folder);
  const server = new PGLiteSocketServer({ db: database, maxConnections: 16, ...workerData.listen });
  await server.start();
  parentPort.once('message', async () => {
    await server.stop();
    await database.close();
    parentPort.postMessage('closed');
  });
  parentPort.postMessage('ready');
}

void main();
