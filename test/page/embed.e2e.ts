import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, projectRoot, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, launch, pageWithFrame, PATIENCE_MS, raise, startWebsite, visit } from './browser';

const PLAYERS = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`player-${i + 1}`, 100 - i]));

interface Scrolled {
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

let role: RoleProcess;
let websitePort: number;

beforeAll(async () => {
  websitePort = await freePort();
  const BOARDS_FILE = join(temporaryFolder('boards'), 'boards.json');
  writeFileSync(BOARDS_FILE, '[]');
  const settings = { BOARDS_FILE, JWT_SECRET, CORS_ORIGINS: `http://127.0.0.1:${websitePort}`, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' };
  role = await startStandalone(settings, { readyWithinMs: PATIENCE_MS });
  await raise(role.url, PLAYERS);
});
afterAll(() => role?.kill());

describe('the embedded board', () => {
  const get = (query: string) => fetch(`${role.url}/embed${query}`);

  it('may be framed by the allowed origins only, and the main page by none', async () => {
    const policies = await Promise.all(['/embed', '/'].map(async (path) => (await fetch(role.url + path)).headers.get('content-security-policy')));
    expect(policies.map((policy) => /frame-ancestors [^;]*$/.exec(policy!)?.[0])).toEqual([`frame-ancestors http://127.0.0.1:${websitePort}`, "frame-ancestors 'none'"]);
  });

  it('is rendered with the requested options, with the title escaped', async () => {
    const html = await (await get('?theme=dark&accent=E11D48&count=3&title=%3Cb%3EFriday%20%26%20co%3C/b%3E')).text();
    expect(html).toMatch(/<html [^>]*data-theme="dark" data-accent="E11D48" data-count="3"/);
    expect(html).toContain('<h1>&lt;b&gt;Friday &amp; co&lt;/b&gt;</h1>');
    expect(html.match(/data-user=/g)).toHaveLength(3);
  });

  it.each([
    ['theme=pink', 'must be auto, dark or light'],
    ['accent=red', 'must be a color as six hexadecimal digits, without #'],
    ['accent=%23ff0000', 'must be a color as six hexadecimal digits, without #'],
    ['board=Week', 'must be the id of a board: 1 to 32 of a-z, 0-9 and -'],
    ['count=0', 'must be a whole number from 1 to 100'],
    ['count=101', 'must be a whole number from 1 to 100'],
    ['count=3&count=4', 'must be a whole number from 1 to 100'],
    [`title=${'x'.repeat(61)}`, 'must be at most 60 characters'],
  ])('refuses %s and says why', async (query, message) => {
    const answer = await get(`?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: query.split('=')[0], message }] });
  });
});

it('has no tabs and no period where global is the only board, and does not embed another', async () => {
  const html = await (await fetch(role.url)).text();
  expect(html).toContain('data-user="player-1"');
  expect(html).not.toMatch(/role="tab|data-period|data-chosen/);
  // The boards may not be known in the first moment after a start.
  await eventually(async () => {
    const answer = await fetch(`${role.url}/embed?board=week`);
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ type: 'urn:scoreboard:problem:unknown-board' })]);
  });
});

describeWith('TEST_CHROMIUM', 'the embedded board, in a browser', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launch()));
  afterAll(() => browser?.close());

  async function onWebsite(port: number, content: string, look: (frame: FrameLocator, complaints: readonly string[], page: Page) => Promise<void>): Promise<void> {
    const website = await startWebsite(port, content);
    const { page, context, complaints } = await visit(browser, website.url);
    try {
      await look(page.frameLocator('iframe'), complaints, page);
    } finally {
      await context.close();
      website.close();
    }
  }

  it('is live in a frame of an allowed website, with the requested theme, color and length', async () => {
    await onWebsite(websitePort, pageWithFrame(`${role.url}/embed?theme=dark&accent=e11d48&count=12&title=Friday`), async (frame, complaints) => {
      await frame.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await frame.locator('[data-user="player-12"][data-rank="12"]').waitFor();
      const style = await frame.locator('html').evaluate((html) => {
        const { getComputedStyle } = globalThis as unknown as { getComputedStyle(element: unknown): { colorScheme: string; getPropertyValue(name: string): string } };
        return [getComputedStyle(html).colorScheme, getComputedStyle(html).getPropertyValue('--accent')];
      });
      expect(style).toEqual(['dark', '#e11d48']);
      await raise(role.url, { 'player-14': 500 });
      await frame.locator('[data-user="player-14"][data-rank="1"]').waitFor();
      expect(await frame.locator('tbody tr').count()).toBe(12);
      expect(complaints).toEqual([]);
    });
  });

  it('resizes to the height of its content with the example from the README', async () => {
    const example = /^```html\n(<iframe [^]*?)```$/m.exec(readFileSync(join(projectRoot(), 'README.md'), 'utf8'))![1]!;
    await onWebsite(websitePort, example.replaceAll('https://scores.example.com', role.url), async (frame, complaints, page) => {
      await frame.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      const iframe = page.locator('iframe');
      const hidden = () => frame.locator('html').evaluate((html) => (html as unknown as Scrolled).scrollHeight - (html as unknown as Scrolled).clientHeight);
      const fits = async () => {
        const { height } = (await frame.locator('body').boundingBox())!;
        expect([Math.ceil(height), await hidden()]).toEqual([(await iframe.boundingBox())!.height, 0]);
      };
      await eventually(fits);
      await iframe.evaluate((element) => void ((element as unknown as { style: { width: string } }).style.width = '180px'));
      await frame.locator('tbody tr').first().click(); // shows the full name, on several lines
      await eventually(fits);
      expect(complaints).toEqual([]);
    });
  });

  it('sends its height again when the framing page asks', async () => {
    const script = `<script>heights = []; addEventListener('message', ({ origin, data }) => heights.push([origin, data]))</script>`;
    await onWebsite(websitePort, script + pageWithFrame(`${role.url}/embed?count=3`), async (frame, _, page) => {
      await frame.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await page.evaluate(`heights = []; frames[0].postMessage({ type: 'scoreboard:height' }, '${role.url}'); frames[0].postMessage('another message', '*')`);
      const heights = () => page.evaluate<unknown[]>('heights');
      await eventually(async () => expect(await heights()).toEqual([[role.url, { type: 'scoreboard:height', version: 1, height: expect.any(Number) }]]));
    });
  });

  it.each([
    ['a website that is not allowed', true, '/embed'],
    ['an allowed website, the page itself', false, '/'],
  ])('is not shown in a frame of %s', async (_, isForeign, path) => {
    await onWebsite(isForeign ? await freePort() : websitePort, pageWithFrame(role.url + path), async (frame, complaints) => {
      await frame.locator('body').waitFor({ state: 'attached' });
      expect(await frame.locator('[role=status]').count()).toBe(0);
      expect(complaints).toEqual([expect.stringContaining('frame-ancestors')]);
    });
  });
});
