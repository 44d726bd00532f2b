import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { raise, waitForScores } from './browser';
import { usePage } from './use-page';

/** Records what moves in the board and above it. */
const RECORD_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { node } of list.getEntries().flatMap(({ sources }) => sources)) if (node?.parentElement?.closest('[data-board]')) shifts.push(node.outerHTML);
  }).observe({ type: 'layout-shift', buffered: true });`;

/** Records which channels the page has subscribed at the gateway. */
const RECORD_CHANNELS = `
  window.channels = new Set();
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const [, event, names] = /"((?:un)?subscribe)",(\\[.*?\\])/.exec(data) ?? [];
    for (const name of JSON.parse(names ?? '[]')) channels[event === 'subscribe' ? 'add' : 'delete'](name);
    return send.call(this, data);
  };`;

const tab = (page: Page, name: string) => page.getByRole('tab', { name });
const selected = (page: Page, name: string) => page.getByRole('tab', { name, selected: true }).waitFor();
const me = (page: Page, text: string) => page.locator('[data-me]').filter({ hasText: text }).waitFor();
/** The texts of the rows under the board. */
const below = (page: Page): Promise<string[]> =>
  page.locator('tfoot tr').evaluateAll((rows) => rows.map((row) => (row as unknown as { innerText: string }).innerText.replace(/\s+/g, ' ').trim()));
const query = (page: Page): string => new URL(page.url()).search;

describeWith('TEST_CHROMIUM', 'the boards of the page, in a browser', () => {
  const site = usePage();
  beforeAll(async () => {
    await eventually(async () => expect(await (await fetch(`${site.url}/api/boards`)).json()).toHaveLength(4));
    await raise(site.url, { ann: 50, bob: 40 });
  });

  /** Changes rows of the database, which the worker publishes within a second. */
  async function change(sql: string): Promise<void> {
    const client = new Client({ connectionString: site.databaseUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  /** Ends the current day now instead of at midnight. */
  const endDay = () =>
    change(`
        WITH ended AS (UPDATE board_period SET ends_at = now() WHERE board = 'day' AND starts_at <= now() AND now() < ends_at RETURNING key)
        UPDATE board_period SET starts_at = now() FROM ended WHERE board = 'day' AND starts_at > now()`);

  it('shows the board of each tab, in the URL without a reload, and counts a point on each', async () => {
    const { page, complaints } = await site.open();
    await page.evaluate('window.isFirstLoad = true');
    await selected(page, 'All time');
    await tab(page, 'This week').click();
    await selected(page, 'This week');
    await waitForScores(page, { ann: 50, bob: 40 });
    await page.locator('[data-left]').filter({ hasText: /^Resets in \d+ (d \d+ h|h \d+ min|min|s)/ }).waitFor();
    await page.locator('[data-try]').click();
    await me(page, '1 point, rank 3');
    await page.locator('[aria-current=true][data-rank="3"]').waitFor();
    await tab(page, 'Today').click();
    await me(page, '1 point, rank 3');
    expect(query(page)).toBe('?board=day');
    await page.goBack();
    await selected(page, 'This week');
    expect(query(page)).toBe('?board=week');
    await page.goBack();
    await selected(page, 'All time');
    await me(page, '1 point, rank 3');
    expect([query(page), await page.evaluate('isFirstLoad'), complaints]).toEqual(['', true, []]);
  });

  it('chooses with the arrow keys, and has one tab stop', async () => {
    const { page } = await site.open();
    await page.keyboard.press('Tab');
    for (const [key, name] of [['ArrowRight', 'Today'], ['ArrowLeft', 'All time'], ['Home', 'Today'], ['End', 'All time'], ['ArrowLeft', 'This month']] as const) {
      await page.keyboard.press(key);
      await selected(page, name);
    }
    await page.locator('[role=tab]:focus').filter({ hasText: 'This month' }).waitFor();
    await page.getByRole('tabpanel', { name: 'This month' }).locator('[data-user=ann]').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator('[role=tab]:focus').count()).toBe(0);
  });

  it('contains the linked board before any script runs, with tabs that are links', async () => {
    const { page } = await site.visit({ javaScriptEnabled: false }, '/?board=week');
    await selected(page, 'This week');
    await page.locator('[data-user=ann][data-score="50"]').waitFor();
    await tab(page, 'All time').click();
    await selected(page, 'All time');
    await page.locator('[data-user=ann][data-score="50"]').waitFor();
    expect(await (await fetch(`${site.url}/?board=gone`)).text()).toMatch(/data-tab="global" aria-selected="true"/);
  });

  it.each([320, 1_100])('moves nothing of the board while it loads at %i px', async (width) => {
    const { page } = await site.open({ viewport: { width, height: 800 }, before: RECORD_SHIFTS }, '/?board=week');
    await page.locator('[data-left]').filter({ hasText: 'Resets in' }).waitFor();
    expect(await page.evaluate('shifts')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  });

  it('embeds a board', async () => {
    const { page, complaints } = await site.open({}, '/embed?board=day&count=1');
    await raise(site.url, { ann: 1 });
    await page.locator('[data-user=ann][data-score="51"]').waitFor();
    await page.locator('[data-left]').filter({ hasText: 'Resets in' }).waitFor();
    expect([await page.locator('tbody tr').count(), await page.locator('[role=tab]').count(), complaints]).toEqual([1, 0, []]);
  });

  // The embedded database cannot be reached from here.
  describeWith('TEST_DATABASE_URL', 'when the database says so', () => {
    it('says from when a board counts that was added later, until it is filled', async () => {
      const { page, complaints } = await site.open({}, '/?board=month');
      await page.locator('[data-left]').filter({ hasText: 'Resets in' }).waitFor();
      expect(await page.locator('[data-winners]').textContent()).toBe('');
      await change(`UPDATE board_period SET counts_from = '2026-11-28T12:05Z' WHERE board = 'month' AND starts_at <= now() AND now() < ends_at`);
      await page.locator('[data-winners]').filter({ hasText: /^Counts since Nov 2\d, 2026, \d+:\d\d/ }).waitFor();
      await change(`UPDATE board_period SET counts_from = NULL`);
      await page.locator('[data-winners]').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
      expect(complaints).toEqual([]);
    });

    it('continues with the next one without a reload, and shows the winners of the one before', async () => {
      const { page, complaints } = await site.open({}, '/?board=day');
      await page.locator('[data-try]').click();
      await me(page, '1 point');
      await page.locator('[data-left]').filter({ hasText: 'Resets in' }).waitFor();
      await endDay();
      await page.locator('[data-empty]').waitFor();
      await me(page, '0 points');
      await page.locator('[data-winners]').filter({ hasText: /^Yesterday:annbob/ }).waitFor();
      await page.locator('[data-left]').filter({ hasText: /Resets in \d+ (d|h)/ }).waitFor();
      await raise(site.url, { cid: 3 });
      await page.locator('[data-user=cid][data-score="3"][data-rank="1"]').waitFor();
      await tab(page, 'This week').click();
      await waitForScores(page, { ann: 51, cid: 3 });
      expect(complaints).toEqual([]);
    });
  });

  it('shows a player outside of the ten with the neighbors and the points to the next place, live and on each board', async () => {
    const { page, complaints } = await site.open({ before: RECORD_CHANNELS });
    const { page: visitor } = await site.open();
    const watched = async () => (await page.evaluate<string[]>('[...channels]')).filter((name) => name.startsWith('around'));
    const shows = (page: Page, ...rows: string[]) => eventually(async () => expect((await below(page)).slice(0, 4)).toEqual(rows));
    await raise(site.url, { ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`far-${i}`, 200])), first: 67, second: 67 });
    await waitForScores(page, { 'far-9': 200 });
    expect([await below(page), await watched()]).toEqual([[], []]);
    await page.locator('[data-try]').click();
    const own = (await page.locator('tfoot [aria-current=true] bdi').getAttribute('title'))!;
    await raise(site.url, { [own]: 59 });
    await shows(page, '8 points to place 13', '13 first 67', '14 second 67', `15 ${own} 60`);
    expect([await page.locator('tfoot tr').count(), await watched()]).toEqual([6, ['around:me']]);
    await page.getByRole('row', { name: `15 ${own} 60` }).getByRole('rowheader', { name: own }).waitFor();
    await tab(page, 'This week').click();
    await page.getByRole('tabpanel', { name: 'This week' }).locator('tfoot').waitFor();
    await raise(site.url, { second: 1 });
    await shows(page, '8 points to place 14', '13 second 68', '14 first 67', `15 ${own} 60`);
    expect([await page.locator('tbody tr').count(), await page.locator('[data-user]').count(), await below(visitor), await watched()]).toEqual([10, 10, [], ['around:me@week']]);
    await raise(site.url, { [own]: 141 });
    await page.locator(`tbody [data-user="${own}"][data-rank="1"][aria-current=true]`).waitFor();
    await page.locator('tfoot').waitFor({ state: 'detached' });
    await eventually(async () => expect(await watched()).toEqual([]));
    expect(complaints).toEqual([]);
  });
});
