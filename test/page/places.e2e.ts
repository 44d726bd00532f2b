import { sign } from 'jsonwebtoken';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { JWT_SECRET, raise, waitForScores } from './browser';
import { usePage } from './use-page';

const PLAYERS = 230;

const list = (page: Page) => page.locator('[data-list]');
const rows = (page: Page): Promise<string[]> =>
  list(page).locator('tbody tr').evaluateAll((all) => all.map((row) => (row as unknown as { innerText: string }).innerText.replace(/\s+/g, ' ').trim()));
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const query = (page: Page): string => new URL(page.url()).search;

describeWith('TEST_CHROMIUM', 'the places below the ten', () => {
  const site = usePage();

  beforeAll(async () => {
    const authorization = `Bearer ${sign({ sub: 'website', scope: 'scores:write:any profiles:write:any' }, JWT_SECRET, { expiresIn: 600 })}`;
    const send = async (method: string, path: string, body: object) => {
      const answer = await fetch(site.url + path, { method, headers: { 'content-type': 'application/json', 'prefer': 'wait=10', authorization }, body: JSON.stringify(body) });
      expect([path, answer.ok]).toEqual([path, true]);
    };
    await send('POST', '/api/scores/updates', { updates: Array.from({ length: PLAYERS }, (_, i) => ({ userId: `u${i + 1}`, scoreIncrement: 1_000 - i })) });
    await send('PUT', '/api/users/u150/profile', { name: 'Zoë <i>' });
    await send('PUT', '/api/users/u20/profile', { name: 'ZOE & co' });
    await eventually(async () => expect(await (await fetch(`${site.url}/api/boards`)).json()).toHaveLength(4));
    await eventually(async () => expect(await (await fetch(`${site.url}/api/boards/week/players?name=zo`)).json()).toHaveLength(2));
  });

  describe('without scripts', () => {
    const off = { javaScriptEnabled: false };

    it('lead on by links, page by page, and back, on the chosen board', async () => {
      const { page } = await site.visit(off, '/?board=week');
      await page.getByRole('link', { name: 'Places 11 to 100' }).click();
      await heading(page, 'Places 11 to 100');
      expect((await rows(page)).slice(0, 2)).toEqual(['11 u11 990', '12 u12 989']);
      expect(await rows(page)).toHaveLength(90);
      await page.getByRole('link', { name: 'Places 101 to 200' }).click();
      await heading(page, 'Places 101 to 200');
      expect(query(page)).toBe('?board=week&from=101');
      await page.getByRole('link', { name: 'Places 201 to 300' }).click();
      await heading(page, 'Places 201 to 230');
      expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).toEqual(['Places 101 to 200']);
      await page.getByText(/^As of .* These places do not update by themselves\. Refresh$/).waitFor();
      await page.getByRole('link', { name: 'Refresh' }).click();
      await heading(page, 'Places 201 to 230');
      await page.getByRole('tab', { name: 'This week', selected: true }).waitFor();
      expect(await page.locator('[data-user]').count()).toBe(10);
    });

    it('are searched by name with a form, which shows names as text', async () => {
      const { page } = await site.visit(off, '/?board=week&lang=de');
      await page.getByRole('searchbox', { name: 'Spieler nach Namen finden' }).fill('ZO');
      await page.getByRole('button', { name: 'Finden' }).click();
      await heading(page, 'Namen, die mit „ZO“ beginnen');
      expect(await rows(page)).toEqual(['20 ZOE & co 981', '150 Zoë <i> 851']);
      expect(query(page)).toBe('?board=week&lang=de&name=ZO');
      expect(await page.getByRole('searchbox').inputValue()).toBe('ZO');
    });
  });

  it.each([
    ['from=5', 'Places 11 to 100'],
    ['from=150', 'Places 150 to 200'],
    ['from=231', 'No player has a place from 231 on.'],
    ['from=999999999999999', 'No player has a place from 999,999,999,999,999 on.'],
    ['from=x', '<div data-list><nav'],
    ['from=11&from=12', '<div data-list><nav'],
    ['name=z', 'Enter at least two characters of the name.'],
    [`name=${'z'.repeat(400)}`, 'No player on this board has a name that begins with'],
    ['name=%20', '<div data-list><nav'],
    ['name=%22%3E%3Cscript%3E', '<bdi>&quot;&gt;&lt;script&gt;</bdi>'],
    ['board=gone&from=101', 'Places 101 to 200'],
  ])('answer ?%s with "%s"', async (asked, text) => {
    const response = await fetch(`${site.url}/?${asked}`);
    expect([response.status, (await response.text()).includes(text)]).toEqual([200, true]);
  });

  it('change without a reload while the ten stay live, with the focus on the new list, and come back with the back button', async () => {
    const { page, complaints } = await site.open();
    await page.evaluate('window.isFirstLoad = true');
    await page.getByRole('link', { name: 'Places 11 to 100' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('h3:focus').filter({ hasText: 'Places 11 to 100' }).waitFor();
    await page.getByRole('table', { name: 'Places 11 to 100' }).getByRole('row', { name: '11 u11 990' }).waitFor();
    expect(await list(page).locator('time').textContent()).toMatch(/^\d+:\d\d:\d\d [AP]M$/);
    await raise(site.url, { u1: 5 });
    await waitForScores(page, { u1: 1_005 });
    await page.getByRole('link', { name: 'Places 101 to 200' }).click();
    await heading(page, 'Places 101 to 200');
    expect(query(page)).toBe('?from=101');
    await raise(site.url, { u101: 1 });
    await page.getByRole('link', { name: 'Refresh' }).click();
    await list(page).getByRole('row', { name: '100 u101' }).waitFor({ state: 'detached' });
    await page.goBack();
    await heading(page, 'Places 11 to 100');
    await page.goBack();
    await page.getByRole('link', { name: 'Places 11 to 100' }).waitFor();
    expect([query(page), await rows(page), await page.evaluate('isFirstLoad'), complaints]).toEqual(['', [], true, []]);
  });

  it('are searched by name with the keyboard, and again on another board', async () => {
    const { page, complaints } = await site.open();
    const field = page.getByRole('search').getByRole('searchbox', { name: 'Find a player by name' });
    await field.fill('zo');
    await page.keyboard.press('Enter');
    await page.locator('h3:focus').filter({ hasText: 'Names that begin with “zo”' }).waitFor();
    expect(await rows(page)).toEqual(['20 ZOE & co 981', '150 Zoë <i> 851']);
    await page.getByRole('tab', { name: 'This week' }).click();
    await eventually(() => expect(query(page)).toBe('?name=zo&board=week'));
    await list(page).getByRole('row', { name: '20 ZOE & co 981' }).waitFor();
    await field.fill('nobody');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.locator('p:focus').filter({ hasText: 'No player on this board has a name that begins with “nobody”.' }).waitFor();
    await page.goBack();
    await page.goBack();
    await eventually(async () => expect([query(page), await field.inputValue()]).toEqual(['?name=zo', 'zo']));
    expect(complaints).toEqual([]);
  });

  it('lead to the pages of the players, and back to the same list', async () => {
    const { page, complaints } = await site.open({}, '/?name=zo');
    await list(page).getByRole('link', { name: 'ZOE & co' }).click();
    await page.waitForURL('**/players/u20');
    await heading(page, 'ZOE & co');
    await page.goBack();
    await heading(page, 'Names that begin with “zo”');
    expect([query(page), complaints]).toEqual(['?name=zo', []]);
  });

  it('stay as they are and say so while the server cannot be reached, and the list can be read again', async () => {
    const { page } = await site.open({}, '/?from=11');
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Places 101 to 200' }).click();
    await page.getByText('The places cannot be read now. Try again in a moment.').waitFor();
    await heading(page, 'Places 11 to 100');
    await page.context().setOffline(false);
    await page.getByRole('link', { name: 'Places 101 to 200' }).click();
    await heading(page, 'Places 101 to 200');
    expect(await page.getByText('The places cannot be read now.').count()).toBe(0);
  });

  it.each([320, 768, 1_280])('fit the window at %i px, also mirrored', async (width) => {
    for (const lang of ['en', 'ar']) {
      const { page } = await site.visit({ viewport: { width, height: 800 } }, `/?from=101&lang=${lang}`);
      await list(page).getByText('u101').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    }
  });
});

describeWith('TEST_CHROMIUM', 'the places below the ten, with a limit of reads', () => {
  const site = usePage({ RATE_LIMIT_READS: '2' });

  it('count as reads, unlike the page itself', async () => {
    const statusOf = async (path: string) => (await fetch(site.url + path)).status;
    expect([await statusOf('/?from=11'), await statusOf('/?name=zo'), await statusOf('/?from=11')]).toEqual([200, 200, 429]);
    expect([await statusOf('/'), await statusOf('/?board=week')]).toEqual([200, 200]);
  });
});
