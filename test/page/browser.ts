import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Browser, chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { sign } from 'jsonwebtoken';

export const JWT_SECRET = 'a secret for the page, long enough for all';
export const PATIENCE_MS = 60_000;

/** Launches the installed Chromium without its sandbox, which root cannot use. Only our own pages are loaded. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.TEST_CHROMIUM,
    chromiumSandbox: false,
    args: ['--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
  });

/** An open page with its console errors and warnings, and the URLs it requested. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** A script that runs before the page's scripts. */
  readonly before?: string;
  /** URLs that are blocked. */
  readonly block?: RegExp;
}

/** Playwright cannot refuse a WebSocket, only close an open one. So blocked ones are redirected to a port without a listener. */
export const blockWebSockets = (block: RegExp): string => `{
  const Socket = WebSocket;
  window.WebSocket = function (url, ...rest) {
    return new Socket(${block}.test(url) ? 'ws://127.0.0.1:9' : url, ...rest);
  };
}`;

/** Opens `url` in a fresh browser context. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visitor> {
  const { before, block, ...contextOptions } = options;
  const context = await browser.newContext(contextOptions);
  context.setDefaultTimeout(PATIENCE_MS);
  if (before) await context.addInitScript(before);
  if (block) await context.route(block, (route) => route.abort());
  if (block) await context.addInitScript(blockWebSockets(block));
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url().replace(/^ws/, 'http')));
  await page.goto(url);
  return { page, context, complaints, requests };
}

export const waitForState = (page: Page, state: string | RegExp): Promise<void> => page.getByRole('status').filter({ hasText: state }).waitFor();

/** Watches from now on for an element that is there for a moment only. The result waits until it was. */
export async function watchFor(page: Page, selector: string): Promise<() => Promise<unknown>> {
  const watch = await page.evaluateHandle<{ isSeen: boolean }>(`(() => {
    const watch = { isSeen: false };
    const look = () => (watch.isSeen ||= document.querySelector(${JSON.stringify(selector)}) !== null);
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    return watch;
  })()`);
  return () => page.waitForFunction(({ isSeen }) => isSeen, watch);
}

/** Waits until the page shows these scores. */
export const waitForScores = (page: Page, scores: Readonly<Record<string, number>>): Promise<unknown> =>
  Promise.all(Object.entries(scores).map(([userId, score]) => page.locator(`[data-user="${userId}"][data-score="${score}"]`).waitFor()));

/** Raises scores as a trusted service, and waits until they are applied. */
export async function raise(url: string, scores: Readonly<Record<string, number>>): Promise<void> {
  const token = sign({ sub: 'website', scope: 'scores:write:any' }, JWT_SECRET, { expiresIn: 600 });
  for (const [userId, scoreIncrement] of Object.entries(scores)) {
    const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${token}`, 'prefer': 'wait=10' };
    const response = await fetch(`${url}/api/scores/update`, { method: 'POST', headers, body: JSON.stringify({ userId, scoreIncrement }) });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  }
}

/** HTML that shows `src` in a frame. */
export const pageWithFrame = (src: string): string => `<iframe title="board" src="${src.replaceAll('&', '&amp;')}"></iframe>`;

/** Starts a website on another origin: one page, and scripts by path. */
export async function startWebsite(port: number, content: string, scripts: Readonly<Record<string, string>> = {}): Promise<{ readonly url: string; close(): void }> {
  const html = `<!doctype html><link rel="icon" href="data:,"><title>A website</title>${content}`;
  const server = createServer(({ url = '' }, response) => {
    const script = scripts[url];
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' }).end(script ?? html);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${port}`, close: () => server.close().closeAllConnections() };
}
