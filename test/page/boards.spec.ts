import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { PATIENCE_MS, raise, waitForScores } from './browser';
import { usePage } from './use-page';

/** Records what moves in the board and above it. */
const RECORD_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { node } of list.getEntries().flatMap(({ sources }) => sources)) if (node?.parentElement?.closest('[data-board]')) shifts.push(node.outerHTML);
  }).observe({ type: 'layout-shift', buffered: true });`;

const tab = (page: Page, name: string) => page.getByRole('tab', { name });
const selected = (page: Page, name: string) => page.getByRole('tab', { name, selected: true }).waitFor();
const me = (page: Page, text: string) => page.locator('[data-me]').filter({ hasText: text }).waitFor();
const query = (page: Page): string => new URL(page.url()).search;

describeWith('TEST_CHROMIUM', 'the boards of the page, in a browser', () => {
  const site = usePage();
  beforeAll(async () => {
    await eventually(async () => expect(await (await fetch(`${site.url}/api/boards`)).json()).toHaveLength(4), { withinMs: PATIENCE_MS });
    await raise(site.url, { ann: 50, bob: 40 });
  }, 2 * PATIENCE_MS);

  /** Ends the current day now instead of at midnight. */
  async function endDay(): Promise<void> {
    const client = new Client({ connectionString: site.databaseUrl });
    await client.connect();
    try {
      await client.query(`
        WITH ended AS (UPDATE board_period SET ends_at = now() WHERE board = 'day' AND starts_at <= now() AND now() < ends_at RETURNING key)
        UPDATE board_period SET starts_at = now() FROM ended WHERE board = 'day' AND starts_at > now()`);
    } finally {
      await client.end();
    }
  }

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
  }, 2 * PATIENCE_MS);

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
  }, 2 * PATIENCE_MS);

  it('contains the linked board before any script runs, with tabs that are links', async () => {
    const { page } = await site.visit({ javaScriptEnabled: false }, '/?board=week');
    await selected(page, 'This week');
    await page.locator('[data-user=ann][data-score="50"]').waitFor();
    await tab(page, 'All time').click();
    await selected(page, 'All time');
    await page.locator('[data-user=ann][data-score="50"]').waitFor();
    expect(await (await fetch(`${site.url}/?board=gone`)).text()).toMatch(/data-tab="global" aria-selected="true"/);
  }, 2 * PATIENCE_MS);

  it.each([320, 1_100])('moves nothing of the board while it loads at %i px', async (width) => {
    const { page } = await site.open({ viewport: { width, height: 800 }, before: RECORD_SHIFTS }, '/?board=week');
    await page.locator('[data-left]').filter({ hasText: 'Resets in' }).waitFor();
    expect(await page.evaluate('shifts')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  }, 2 * PATIENCE_MS);

  it('embeds a board', async () => {
    const { page, complaints } = await site.open({}, '/embed?board=day&count=1');
    await raise(site.url, { ann: 1 });
    await page.locator('[data-user=ann][data-score="51"]').waitFor();
    await page.locator('[data-left]').filter({ hasText: 'Resets in' }).waitFor();
    expect([await page.locator('tbody tr').count(), await page.locator('[role=tab]').count(), complaints]).toEqual([1, 0, []]);
  }, 2 * PATIENCE_MS);

  // The embedded database cannot be reached from here.
  describeWith('TEST_DATABASE_URL', 'when a period ends', () => {
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
    }, 2 * PATIENCE_MS);
  });
});
