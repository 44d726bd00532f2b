import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, projectRoot, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import type { Browser, Page } from 'playwright-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, launch, PATIENCE_MS, raise, startWebsite, visit } from './browser';

const PLAYERS = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`player-${i + 1}`, 100 - i]));

let role: RoleProcess;
let websitePort: number;

beforeAll(async () => {
  websitePort = await freePort();
  const BOARDS_FILE = join(temporaryFolder('boards'), 'boards.json');
  writeFileSync(BOARDS_FILE, '[{ "id": "quiz", "actions": ["quiz"] }, { "id": "week", "reset": "weekly" }]');
  const settings = { BOARDS_FILE, JWT_SECRET, CORS_ORIGINS: `http://127.0.0.1:${websitePort}`, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' };
  role = await startStandalone(settings, { readyWithinMs: PATIENCE_MS });
  await raise(role.url, PLAYERS);
});
afterAll(() => role?.kill());

describe('the script for other websites', () => {
  const get = (path: string) => fetch(`${role.url}/client/${path}`, { headers: { 'accept-encoding': 'br' } });

  it('is compressed, may be loaded by every website, and is renewed within five minutes', async () => {
    const { status, headers } = await get('v1.js');
    expect([status, headers.get('content-encoding'), headers.get('access-control-allow-origin')]).toEqual([200, 'br', '*']);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(Number(headers.get('content-length'))).toBeLessThan(30 * 1_024);
  });

  it('has a second name that never changes its content, for websites that check it', async () => {
    const name = /^\/client\/(v1-([0-9a-f]{12})\.js)$/.exec((await get('v1.js')).headers.get('content-location')!)!;
    const answer = await get(name[1]!);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(createHash('sha256').update(await answer.text()).digest('hex')).toMatch(new RegExp(`^${name[2]}`));
    expect((await get('v1-000000000000.js')).status).toBe(404);
  });

  it('is public in Kubernetes too', () => {
    expect(readFileSync(join(projectRoot(), 'k8s/base/routes.yaml'), 'utf8')).toContain('{ type: PathPrefix, value: /client }');
  });
});

describeWith('TEST_CHROMIUM', '<score-board> on another website', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launch()));
  afterAll(() => browser?.close());

  const tag = () => `<script src="${role.url}/client/v1.js"></script>`;
  /** Strict, as a careful website has it: no inline scripts or styles, and Trusted Types. */
  const policy = () =>
    `<meta http-equiv="content-security-policy" content="default-src 'none'; script-src ${role.url}; connect-src ${role.url} ${role.url.replace('http', 'ws')}; img-src data:; require-trusted-types-for 'script'">`;

  async function onWebsite(content: string, look: (page: Page, complaints: readonly string[], requests: readonly string[]) => Promise<void>, port = websitePort): Promise<void> {
    const website = await startWebsite(port, content);
    const { page, context, complaints, requests } = await visit(browser, website.url);
    try {
      await look(page, complaints, requests);
    } finally {
      await context.close();
      website.close();
    }
  }
  const rowsOf = (page: Page, id: string) => page.locator(`#${id} tbody tr`);

  it('shows the best of a board live, as the example of the README has it, under a strict Content-Security-Policy', async () => {
    const example = /^```html\n(<script src="[^]*?)```$/m.exec(readFileSync(join(projectRoot(), 'README.md'), 'utf8'))![1]!;
    await onWebsite(policy() + example.replaceAll('https://scores.example.com', role.url), async (page, complaints) => {
      const board = page.locator('score-board');
      await board.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await board.locator('tr[data-user="player-1"][data-rank="1"]').waitFor();
      expect(await board.locator('tbody tr').count()).toBe(5);
      await raise(role.url, { 'player-14': 500 });
      await board.locator('tr[data-user="player-14"][data-rank="1"]').waitFor();
      expect(await board.locator('tbody tr').count()).toBe(5);
      expect(complaints).toEqual([]);
    });
  });

  it('takes changed attributes, shares one connection, and closes it with the last element', async () => {
    const content = `${tag()}<score-board id="a" count="3" lang="de-AT"></score-board><score-board id="b" board="week" count="12"></score-board><score-board id="c" board="quiz"><h2>Quiz</h2><em slot="empty">Be the first!</em></score-board>`;
    await onWebsite(content, async (page, complaints, requests) => {
      await rowsOf(page, 'a').nth(2).waitFor();
      await rowsOf(page, 'b').nth(11).waitFor();
      await page.getByText('Be the first!').waitFor();
      await page.locator('#a').getByText('Platz').waitFor();
      await page.evaluate(`a.setAttribute('count', '2')`);
      await eventually(async () => expect(await rowsOf(page, 'a').count()).toBe(2));
      await page.evaluate(`a.setAttribute('board', 'quiz')`);
      await eventually(async () => expect(await rowsOf(page, 'a').count()).toBe(0));
      await page.evaluate(`document.body.append(b)`); // moved: it stays connected
      expect(await rowsOf(page, 'b').count()).toBe(12);
      const sockets = () => requests.filter((url) => url.includes('/socket.io/'));
      expect(sockets()).toHaveLength(1);
      await page.evaluate('a.remove(); c.remove(); board = b');
      await page.evaluate('document.body.append(board)');
      await raise(role.url, { 'player-2': 1 });
      await page.locator('#b [data-user="player-2"][data-score="100"]').waitFor();
      expect(sockets()).toHaveLength(1);
      await page.evaluate('board.remove()');
      await page.evaluate('document.body.append(board)');
      await eventually(async () => expect(sockets()).toHaveLength(2));
      expect(complaints).toEqual([]);
    });
  });

  it('says how long the period of its board lasts, in its language', async () => {
    const content = `${tag()}<score-board id="a" board="week"></score-board><score-board id="b" board="week" lang="de"></score-board><score-board id="c"></score-board>`;
    await onWebsite(policy() + content, async (page, complaints) => {
      await page.locator('#a').getByText(/^Resets in \d+ (d \d+ h|h \d+ min|min|s)$/).waitFor();
      await page.locator('#b').getByText(/^Neustart in \d+/).waitFor();
      await rowsOf(page, 'c').nth(9).waitFor();
      await page.evaluate(`a.setAttribute('board', 'global')`);
      await page.locator('#a').getByText(/Resets in/).waitFor({ state: 'hidden' });
      expect([await page.locator('#c').getByText(/[Rr]eset/).count(), complaints]).toEqual([0, []]);
    });
  });

  it('shows pictures of players from the origins that the website allows, and no others', async () => {
    const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${sign({ sub: 'website', scope: 'profiles:write:any' }, JWT_SECRET, { expiresIn: 600 })}` };
    const pictures = { 'player-3': 'https://one.example/3.png', 'player-4': 'https://two.example/4.png' };
    for (const [userId, avatarUrl] of Object.entries(pictures)) await fetch(`${role.url}/api/users/${userId}/profile`, { method: 'PUT', headers, body: JSON.stringify({ avatarUrl }) });
    const content = `${tag()}<score-board id="a" pictures="https://one.example https://three.example"></score-board><score-board id="b"></score-board>`;
    const shown = (page: Page, id: string) => page.locator(`#${id} img`).evaluateAll((images) => images.map((image) => (image as unknown as { src: string }).src));
    await onWebsite(content, async (page) => {
      await eventually(async () => expect(await shown(page, 'a')).toEqual([pictures['player-3']]));
      await rowsOf(page, 'b').nth(9).waitFor();
      expect(await shown(page, 'b')).toEqual([]);
      await page.evaluate(`b.setAttribute('pictures', 'https://two.example')`);
      await eventually(async () => expect(await shown(page, 'b')).toEqual([pictures['player-4']]));
    });
  });

  it('sends the board and the state of the connection as events', async () => {
    await onWebsite(`${tag()}<script>events = []; heard = ({ type, detail }) => events.push([type, detail])</script>`, async (page) => {
      await page.evaluate(`board = document.createElement('score-board'); board.setAttribute('count', '2'); board.addEventListener('scores', heard); board.addEventListener('state', heard); document.body.append(board)`);
      const events = () => page.evaluate<[string, unknown][]>('events');
      await eventually(async () => expect((await events()).map(([type]) => type)).toEqual(expect.arrayContaining(['state', 'scores'])));
      const [, detail] = (await events()).find(([type]) => type === 'scores')!;
      expect(detail).toMatchObject({ revision: expect.any(Number), entries: [{ rank: 1, userId: 'player-14' }, { rank: 2, userId: 'player-1' }] });
    });
  });

  it('names a mistake on the console, and shows the default', async () => {
    await onWebsite(`${tag()}<score-board id="a" count="all" board="Week"></score-board>`, async (page, complaints) => {
      await rowsOf(page, 'a').nth(9).waitFor();
      expect(complaints).toEqual([
        '<score-board>: count="all": expected a whole number from 1 to 100; "10" is shown',
        '<score-board>: board="Week": expected 1 to 32 of a-z, 0-9 and -; "global" is shown',
      ]);
    });
  });

  it('says on a website that is not allowed that it cannot connect', async () => {
    await onWebsite(`${tag()}<score-board id="a"></score-board>`, async (page, complaints) => {
      await page.locator('#a').getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor();
      await eventually(async () => expect(complaints.join('\n')).toContain('CORS_ORIGINS'));
      expect(await rowsOf(page, 'a').count()).toBe(0);
    }, await freePort());
  });
});
