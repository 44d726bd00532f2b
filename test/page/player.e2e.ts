import { randomBytes } from 'node:crypto';
import type { RoleProcess } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { PNG } from 'pngjs';
import { describeWith, startStandalone } from '../support';
import { JWT_SECRET, PATIENCE_MS, raise, waitForState } from './browser';
import { usePage } from './use-page';

const WITH_ADDRESS = { PAGE_URL: 'https://scores.example.com/game/', PLAYER_PAGES: 'activity' };
const put = async (url: string, userId: string, what: 'profile' | 'page', body: object): Promise<void> => {
  const authorization = `Bearer ${sign({ sub: userId, scope: 'scores:write' }, JWT_SECRET, { expiresIn: 60 })}`;
  const { status } = await fetch(`${url}/api/users/${encodeURIComponent(userId)}/${what}`, { method: 'PUT', headers: { 'content-type': 'application/json', authorization }, body: JSON.stringify(body) });
  expect(status).toBe(204);
};
const read = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
};

describe('the page of a player', () => {
  let role: RoleProcess;
  const odd = `o'b/x%&<"`.replace(/[<"]/g, '');
  beforeAll(async () => {
    role = await startStandalone({ JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', ...WITH_ADDRESS }, { readyWithinMs: PATIENCE_MS });
    await raise(role.url, { ann: 900, [odd]: 800 });
    await put(role.url, 'ann', 'profile', { name: '<b>Ann</b> & "co"', avatarUrl: 'https://elsewhere.example/a.png' });
  });
  afterAll(() => role?.kill());

  it('is complete without a script, in every language, and loads nothing but its own files', async () => {
    for (const language of ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh']) {
      const { status, headers, html } = await read(`${role.url}/players/ann?lang=${language}`);
      expect([status, headers.get('content-language')]).toEqual([200, language]);
      expect(html).toContain(`<html lang="${language}"`);
      expect(html).toContain('<bdi>&lt;b&gt;Ann&lt;/b&gt; &amp; &quot;co&quot;</bdi>');
      expect(html).not.toMatch(/<script|style=|\{\w+\}|undefined|<!--|elsewhere\.example/);
      expect(html).toContain(`href="/?lang=${language}"`);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'self'; .*frame-ancestors 'none'$/);
      expect(headers.get('x-robots-tag')).toBe('noindex');
    }
    expect((await read(`${role.url}/players/nobody?lang=de`)).html).toContain('Dieser Spieler hat keine Seite.');
  });

  it.each(['%00', '%C3%A9', 'a%20b', '%3Cscript%3E', 'x'.repeat(256)])('is the same 404 for an id that nobody can have: %s', async (id) => {
    const nobody = await read(`${role.url}/players/nobody`);
    const { status, html } = await read(`${role.url}/players/${id}`);
    expect([status, html]).toEqual([404, nobody.html]);
  });

  it('has what link previews need, with the address that the operator set', async () => {
    const { html } = await read(`${role.url}/players/${encodeURIComponent(odd)}`);
    const content = (name: string) => new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)">`).exec(html)?.[1];
    const address = `https://scores.example.com/game/players/${encodeURIComponent(odd).replaceAll("'", '&#39;')}`;
    expect(content('og:url')).toBe(address);
    expect(content('og:image')).toBe(`${address}/preview.png`);
    expect([content('og:title'), content('og:description'), content('description')]).toEqual(['o&#39;b/x%&amp;', '800 points. Rank 2 of 2', '800 points. Rank 2 of 2']);
    expect(content('twitter:card')).toBe('summary_large_image');
    expect(html).toContain(`<link rel="canonical" href="${address}">`);
  });

  it('has a picture for previews: the points over time where they are public, the same for all others', async () => {
    const picture = async (userId: string) => {
      const answer = await fetch(`${role.url}/players/${userId}/preview.png`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
      return Buffer.from(await answer.arrayBuffer());
    };
    const shown = PNG.sync.read(await picture('ann')); // checks every checksum
    expect([shown.width, shown.height]).toEqual([1_200, 630]);
    const colorAt = (x: number, y: number) => shown.data.subarray((y * 1_200 + x) * 4, (y * 1_200 + x) * 4 + 3).toString('hex');
    expect([colorAt(0, 0), colorAt(100, 540), colorAt(1_108, 300)]).toEqual(['090b14', '8f9bff', '1e2246']);
    await put(role.url, 'ann', 'page', { shows: 'places' });
    await raise(role.url, { bob: 5 });
    await put(role.url, 'bob', 'page', { shows: 'places' });
    expect(await picture('ann')).toEqual(await picture('bob'));
    await put(role.url, 'ann', 'page', { shows: null });
  });

  it('is linked from the rows of the board, in the language of the link, and not from an embedded board', async () => {
    expect((await read(role.url)).html).toContain('<a href="/players/ann">');
    expect((await read(`${role.url}/?lang=fr`)).html).toContain('<a href="/players/ann?lang=fr">');
    expect((await read(`${role.url}/embed`)).html).not.toContain('/players/');
  });
});

describe('the pages of players', () => {
  it('do not exist where they are off: neither page nor API nor link', async () => {
    const role = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn', PLAYER_PAGES: 'off' });
    try {
      await raise(role.url, { ann: 9 });
      for (const path of ['/players/ann', '/players/ann/preview.png', '/api/users/ann/page']) {
        const { status, html } = await read(role.url + path);
        expect([status, JSON.parse(html).type]).toEqual([404, 'about:blank']);
      }
      expect((await read(role.url)).html).not.toContain('/players/');
    } finally {
      await role.kill();
    }
  });

  it('name no user where ids are derived: links, page and JSON have the shown id alone; without PAGE_URL there is no picture', async () => {
    const role = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn', USER_ID_KEY: randomBytes(32).toString('base64') });
    try {
      await raise(role.url, { 'ann@example.com': 9 });
      const { html: board } = await read(role.url);
      const [, shownId] = /href="\/players\/(p_[\w-]{22})"/.exec(board)!;
      const { status, html } = await read(`${role.url}/players/${shownId}`);
      expect([status, (await read(`${role.url}/api/users/${shownId}/page`)).html]).toEqual([200, expect.stringContaining(`"userId":"${shownId}"`)]);
      expect(board + html).not.toContain('example.com');
      expect(html).not.toMatch(/og:image|og:url|canonical/);
      expect(html).toContain('<meta name="twitter:card" content="summary">');
    } finally {
      await role.kill();
    }
  });
});

describeWith('TEST_CHROMIUM', 'the page of a player, in a browser', () => {
  const site = usePage(WITH_ADDRESS);

  it('opens from a row, also one that the script wrote, with the keyboard, without scripts, and without a complaint', async () => {
    const { page, complaints, requests } = await site.open();
    await raise(site.url, { ann: 900 });
    const link = page.getByRole('link', { name: 'ann' });
    await link.waitFor();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'ann' }).waitFor();
    const boards = await page.getByRole('table', { name: 'Places' }).getByRole('rowheader').allTextContents();
    expect(boards.map((text) => text.replace(/ [\dW-]+$/, ''))).toEqual(['All time', 'Today', 'This week', 'This month']);
    await page.getByRole('img', { name: 'Points of the last 30 days: 0 – 900' }).waitFor();
    await page.getByRole('link', { name: 'To the board' }).click();
    await waitForState(page, 'Live');
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => new URL(url).origin !== site.url)).toEqual([]);
    const { page: still } = await site.visit({ javaScriptEnabled: false }, '/players/ann');
    await still.getByText('Day, Score').click();
    await still.getByRole('table', { name: 'Points of the last 30 days' }).getByRole('cell', { name: '900' }).waitFor();
  });
});
