import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, projectRoot, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import type { Browser } from 'playwright-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, launch, PATIENCE_MS, startWebsite, visit } from './browser';

/** Runs in the page: opens a scoreboard and records its errors. */
const WATCH = `
  import { Scoreboard } from './scoreboard.js';
  window.errors = [];
  window.watch = (...args) => {
    window.board = new Scoreboard(...args);
    board.on('error', (error) => errors.push(error.message));
    board.on('top', () => undefined);
  };
  window.submit = () => board.submit(1, { giveUpAfterMs: 1 }).catch((error) => error.message);
`;

describeWith('TEST_CHROMIUM', 'the client library, on a website of another origin', () => {
  let browser: Browser;
  let role: RoleProcess;
  let library: string;
  let allowedPort: number;

  beforeAll(async () => {
    const folder = temporaryFolder('library');
    const vite = [join(projectRoot(), 'node_modules/vite/bin/vite.js'), 'build', '--config', join(__dirname, 'library.vite.mts'), '--outDir', folder];
    execFileSync(process.execPath, vite, { cwd: folder, stdio: 'pipe' });
    library = readFileSync(join(folder, 'scoreboard.js'), 'utf8');
    allowedPort = await freePort();
    const settings = { JWT_SECRET, CORS_ORIGINS: `http://127.0.0.1:${allowedPort}`, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' };
    role = await startStandalone(settings, { readyWithinMs: PATIENCE_MS });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await role?.kill();
  });

  /** Opens a website's page that watches a scoreboard. */
  async function website(port: number, options: string, act: (evaluate: <T>(script: string) => Promise<T>, url: string) => Promise<void>): Promise<void> {
    const { url, close } = await startWebsite(port, `<script type="module">${WATCH} watch(${options})</script>`, { '/scoreboard.js': library });
    const { page, context } = await visit(browser, url);
    try {
      await act((script) => page.evaluate(script), url);
    } finally {
      await context.close();
      close();
    }
  }

  it('connects and submits from an allowed origin', async () => {
    const { token, userId } = (await (await fetch(`${role.url}/api/auth/guest`, { method: 'POST' })).json()) as { readonly token: string; readonly userId: string };
    await website(allowedPort, `'${role.url}/', { token: () => (${JSON.stringify({ token, userId })}) }`, async (evaluate) => {
      await eventually(async () => expect(await evaluate('board.state')).toBe('live'));
      expect(await evaluate('submit()')).toMatchObject({ userId, status: 'accepted' });
      expect(await evaluate('errors')).toEqual([]);
    });
  });

  it('submits from a page whose tracing library adds headers, and exposes the request id', async () => {
    const { token, userId } = (await (await fetch(`${role.url}/api/auth/guest`, { method: 'POST' })).json()) as { readonly token: string; readonly userId: string };
    const tracing = { 'traceparent': `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'tracestate': 'x=1', 'baggage': 'release=1', 'sentry-trace': `${'a'.repeat(32)}-${'b'.repeat(16)}-1` };
    const headers = { 'authorization': `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k', ...tracing };
    const request = { method: 'POST', headers, body: JSON.stringify({ userId, scoreIncrement: 1 }) };
    await website(allowedPort, `'${role.url}/'`, async (evaluate) => {
      const told = await evaluate(`fetch('${role.url}/api/scores/update', ${JSON.stringify(request)}).then(({ status, headers }) => [status, headers.get('x-request-id')])`);
      expect(told).toEqual([201, 'a'.repeat(32)]);
    });
  });

  it('reports on each attempt which origin must be allowed', async () => {
    await website(await freePort(), `'${role.url}', { token: () => ({ userId: 'ann', token: 'x' }) }`, async (evaluate, url) => {
      await eventually(async () => expect(await evaluate<string[]>('errors')).toHaveLength(2));
      const message = `${role.url} answers, but not to pages of ${url}: add this origin to its setting CORS_ORIGINS. Or a proxy in front of it does not pass Socket.IO.`;
      expect(new Set(await evaluate<string[]>('errors'))).toEqual(new Set([message]));
      expect(await evaluate('submit()')).toBe(
        `The server did not accept the update in time: ${role.url}/api/scores/update did not answer (Failed to fetch). It is down, or does not allow pages of ${url}: check its setting CORS_ORIGINS`,
      );
    });
  });

  it('reports a server that does not answer', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await website(allowedPort, `'${nobody}'`, async (evaluate) => {
      await eventually(async () => expect((await evaluate<string[]>('errors'))[1]).toMatch(new RegExp(`^${nobody}/socket.io/ did not answer\\. Check address and port`)));
    });
  });

  it("resolves a path against the page's own origin", async () => {
    await website(allowedPort, `'/scores'`, async (evaluate, url) => {
      await eventually(async () => expect((await evaluate<string[]>('errors'))[1]).toBe(`${url}/scores/socket.io/ answered something that is not Socket.IO. Another web server listens there: check address and port.`));
    });
  });
});
