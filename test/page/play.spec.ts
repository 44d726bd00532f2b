import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { blockWebSockets, PATIENCE_MS, waitForState } from './browser';
import { usePage } from './use-page';

/** Every click is answered within this time. */
const ANSWER = { timeout: 2_000 };
const UPDATES = '**/api/scores/update';

const click = (page: Page): Promise<void> => page.locator('[data-try]').click();
const note = (page: Page, text: string | RegExp) => page.locator('[data-note]').filter({ hasText: text });
const pending = (page: Page, text: string) => page.locator('[data-pending]').filter({ hasText: text });
const me = (page: Page, text: string) => page.locator('[data-me]').filter({ hasText: text });
const guestOf = (page: Page): Promise<{ readonly userId: string; readonly token: string }> => page.evaluate(`JSON.parse(sessionStorage.getItem('scoreboard-guest'))`);

async function historyOf(url: string, page: Page): Promise<readonly unknown[]> {
  const { userId, token } = await guestOf(page);
  const response = await fetch(`${url}/api/scores/users/${encodeURIComponent(userId)}/history`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { readonly items: readonly unknown[] }).items;
}

describeWith('TEST_CHROMIUM', 'playing on the page', () => {
  const site = usePage();

  it('answers a click while the server is dead, and counts the point when it is back', async () => {
    const { page } = await site.open();
    await site.role.kill();
    await click(page);
    await Promise.all([note(page, 'The server cannot be reached now. Your point is kept.').waitFor(ANSWER), pending(page, '+1 on the way').waitFor(ANSWER)]);
    await click(page);
    await pending(page, '+2 on the way').waitFor(ANSWER);
    await site.restart();
    await me(page, '2 points').waitFor();
    await eventually(async () => expect(await page.locator('[data-pending]').textContent()).toBe(''), { withinMs: PATIENCE_MS });
    expect(await page.locator('[data-note]').textContent()).toBe('');
  }, 3 * PATIENCE_MS);

  it('answers a click while the server does not, and counts the point when it goes on', async () => {
    const { page } = await site.open();
    process.kill(site.role.pid, 'SIGSTOP');
    try {
      await click(page);
      await note(page, 'The server has not answered yet. Your point is kept until it counts.').waitFor(ANSWER);
      await waitForState(page, 'Reconnecting…');
    } finally {
      process.kill(site.role.pid, 'SIGCONT');
    }
    await waitForState(page, 'Live');
    await me(page, '1 point').waitFor();
  }, 2 * PATIENCE_MS);

  it('keeps points that are on the way over a reload, and counts each once, answered or not', async () => {
    const { page, context } = await site.open();
    await click(page);
    await me(page, '1 point').waitFor();
    await context.route(UPDATES, async (route) => {
      await route.fetch(); // the server has it, and its answer is lost
      await route.abort();
    });
    await click(page);
    await click(page);
    await pending(page, '+2 on the way').waitFor(ANSWER);
    await note(page, 'cannot be reached').waitFor();
    await context.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await me(page, '3 points').waitFor();
    await eventually(async () => expect(await historyOf(site.url, page)).toHaveLength(3), { withinMs: PATIENCE_MS });
  }, 2 * PATIENCE_MS);

  it('shows what was earned before a reload at once, before the server says it', async () => {
    const { page, context } = await site.open();
    await click(page);
    await me(page, '1 point').waitFor();
    await context.route(/socket\.io/, (route) => route.abort());
    await context.addInitScript(blockWebSockets(/socket\.io/));
    await page.reload();
    await me(page, '1 point').waitFor(ANSWER);
  }, 2 * PATIENCE_MS);

  it('shows an earned point where no live connection comes about', async () => {
    const { page } = await site.visit({ block: /socket\.io/ });
    await waitForState(page, 'Reconnecting…');
    await click(page);
    await me(page, '1 point, place').waitFor(ANSWER);
  }, 2 * PATIENCE_MS);

  it('says that a point counts that is not on the board yet', async () => {
    const { page, context } = await site.visit({ block: /socket\.io/ });
    await context.route(UPDATES, async (route) => route.continue({ headers: { ...route.request().headers(), prefer: '' } }));
    await click(page);
    await note(page, 'Your point counts. It is on the board in a moment.').waitFor(ANSWER);
    await eventually(async () => expect(await historyOf(site.url, page)).toHaveLength(1), { withinMs: PATIENCE_MS });
  }, 2 * PATIENCE_MS);

  it('takes points where the browser keeps nothing for the page', async () => {
    const { page } = await site.open({ before: `Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });` });
    await click(page);
    await click(page);
    await me(page, '2 points').waitFor();
  }, 2 * PATIENCE_MS);

  it('takes no more points than it keeps, and says so', async () => {
    const { page } = await site.open({ block: /\/api\// });
    for (let i = 0; i <= 20; i++) await click(page);
    await pending(page, '+20 on the way').waitFor();
    await note(page, 'As many points are on the way as are kept. The last click was not taken.').waitFor(ANSWER);
  }, 2 * PATIENCE_MS);
});
