import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import type { Browser, Page } from 'playwright-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, launch, PATIENCE_MS, raise, visit, waitForState } from './browser';

const ROOT = projectRoot();
const run = promisify(execFile);
const npm = (...args: string[]): [string, string[]] => (process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath, ...args]] : ['npm', args]);

/** The example in a folder of its own, with the packed libraries; what npm would download is linked from here. */
async function install(): Promise<string> {
  const folder = temporaryFolder('react-page');
  cpSync(join(ROOT, 'examples/react-page'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const packed: string[] = [];
  for (const library of ['client', 'react']) {
    const script = `import { packLibrary } from ${JSON.stringify(join(ROOT, 'scripts/pack-library.mjs'))}; packLibrary('${library}', '.');`;
    packed.push((await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })).stdout.trim());
  }
  const [command, words] = npm('install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packed.map((name) => `./${name}`));
  await run(command, words, { cwd: folder });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['react', 'react-dom', 'socket.io-client', '@types/react', '@types/react-dom', 'csstype']) symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** Serves the built page, as any web server does. */
async function serve(folder: string): Promise<{ readonly server: Server; readonly url: string }> {
  const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
  const server = createServer(({ url = '/' }, response) => {
    const file = url === '/' ? '/index.html' : url;
    response.writeHead(200, { 'content-type': types[extname(file)] }).end(readFileSync(join(folder, file)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describeWith('TEST_CHROMIUM', 'the example of a page in React, in StrictMode', () => {
  let folder: string;
  let browser: Browser;
  let role: RoleProcess;
  let site: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    folder = await install();
    site = await serve(join(folder, 'dist'));
    role = await startStandalone({ JWT_SECRET, CORS_ORIGINS: site.url, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' }, { readyWithinMs: PATIENCE_MS });
    writeFileSync(join(folder, 'champions.tsx'), readFileSync(join(folder, 'champions.tsx'), 'utf8').replace('http://127.0.0.1:3000', role.url));
    // Only the development build of React mounts each component twice in StrictMode.
    const env = { ...process.env, NODE_ENV: 'development' };
    await run(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--mode', 'development', '--logLevel', 'warn'], { cwd: folder, env });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await role?.kill();
    site?.server.close().closeAllConnections();
  });

  const rows = (page: Page) => page.getByRole('listitem').allTextContents();
  const clients = async () => Number(/^scoreboard_socketio_clients(?:{[^}]*})? (\d+)$/m.exec(await (await fetch(`${role.url}/metrics`)).text())![1]);

  it('has types', async () => {
    const { stdout } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: folder }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  it('shows the board live over one connection, changes boards, and closes the connection with the last component', async () => {
    await raise(role.url, { ann: 5 });
    const { page, context, complaints } = await visit(browser, site.url);
    try {
      await waitForState(page, 'live');
      await eventually(async () => expect(await rows(page)).toEqual(['ann: 5']));
      expect(await clients()).toBe(1);
      await raise(role.url, { bob: 7 });
      await eventually(async () => expect(await rows(page)).toEqual(['bob: 7', 'ann: 5']));

      await page.getByRole('button', { name: 'This week' }).click();
      await page.getByRole('heading', { name: /^\d{4}-W\d\d$/ }).waitFor();
      expect([await rows(page), await clients()]).toEqual([['bob: 7', 'ann: 5'], 1]);

      await page.getByRole('button', { name: 'Hide' }).click();
      await eventually(async () => expect(await clients()).toBe(0));
      await raise(role.url, { eve: 9 });
      await page.getByRole('button', { name: 'Show' }).click();
      await eventually(async () => expect(await rows(page)).toEqual(['eve: 9', 'bob: 7', 'ann: 5']));
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
