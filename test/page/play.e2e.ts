import { sign } from 'jsonwebtoken';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { blockWebSockets, JWT_SECRET, waitForState } from './browser';
import { usePage } from './use-page';

/** Every click has a visible result within this time. */
const ANSWER = { timeout: 2_000 };
const UPDATES = '**/api/scores/update';

const click = (page: Page): Promise<void> => page.locator('[data-try]').click();
const note = (page: Page, text: string | RegExp) => page.locator('[data-note]').filter({ hasText: text });
const pending = (page: Page, text: string) => page.locator('[data-pending]').filter({ hasText: text });
const me = (page: Page, text: string) => page.locator('[data-me]').filter({ hasText: text });
const guestOf = (page: Page): Promise<{ readonly userId: string; readonly token: string }> => page.evaluate(`JSON.parse(localStorage.getItem('scoreboard-guest'))`);

const nameField = (page: Page) => page.getByLabel('Your name on the board');
const problem = (page: Page, text: string) => page.locator('[data-problem]').filter({ hasText: text });

async function saveName(page: Page, name: string): Promise<void> {
  await nameField(page).fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
}

/** Takes the guest's name away, as a moderator. */
async function takeName(url: string, page: Page): Promise<void> {
  const token = sign({ sub: 'moderator', scope: 'scores:admin' }, JWT_SECRET, { expiresIn: 600 });
  const path = `${url}/api/moderation/names/${encodeURIComponent((await guestOf(page)).userId)}?reason=rude`;
  expect((await fetch(path, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })).status).toBe(204);
}

async function historyOf(url: string, page: Page): Promise<readonly unknown[]> {
  const { userId, token } = await guestOf(page);
  const response = await fetch(`${url}/api/scores/users/${encodeURIComponent(userId)}/history`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { readonly items: readonly unknown[] }).items;
}

describeWith('TEST_CHROMIUM', 'the play panel', () => {
  const site = usePage();

  it('responds to a click while the server is down, and counts the point once it is back', async () => {
    const { page } = await site.open();
    await site.role.kill();
    await click(page);
    await Promise.all([note(page, 'The server cannot be reached. Your point is kept.').waitFor(ANSWER), pending(page, '+1 pending').waitFor(ANSWER)]);
    await click(page);
    await pending(page, '+2 pending').waitFor(ANSWER);
    await site.restart();
    await me(page, '2 points').waitFor();
    await eventually(async () => expect(await page.locator('[data-pending]').textContent()).toBe(''));
    expect(await page.locator('[data-note]').textContent()).toBe('');
  });

  it('responds to a click while the server hangs, and counts the point once it resumes', async () => {
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
  });

  it('keeps pending points over a reload, and counts each exactly once', async () => {
    const { page, context } = await site.open();
    await click(page);
    await me(page, '1 point').waitFor();
    await context.route(UPDATES, async (route) => {
      await route.fetch(); // the server receives it, but its answer is lost
      await route.abort();
    });
    await click(page);
    await click(page);
    await pending(page, '+2 pending').waitFor(ANSWER);
    await note(page, 'cannot be reached').waitFor();
    await context.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await me(page, '3 points').waitFor();
    await eventually(async () => expect(await historyOf(site.url, page)).toHaveLength(3));
  });

  it('shows earlier points right after a reload, before the server answers', async () => {
    const { page, context } = await site.open();
    await click(page);
    await me(page, '1 point').waitFor();
    await context.route(/socket\.io/, (route) => route.abort());
    await context.addInitScript(blockWebSockets(/socket\.io/));
    await page.reload();
    await me(page, '1 point').waitFor(ANSWER);
  });

  it('shows an earned point without a live connection', async () => {
    const { page } = await site.visit({ block: /socket\.io/ });
    await waitForState(page, 'Reconnecting…');
    await click(page);
    await me(page, '1 point, rank').waitFor(ANSWER);
  });

  it('confirms a point that is not on the board yet', async () => {
    const { page, context } = await site.visit({ block: /socket\.io/ });
    await context.route(UPDATES, async (route) => route.continue({ headers: { ...route.request().headers(), prefer: '' } }));
    await click(page);
    await note(page, 'Your point counts. It will be on the board in a moment.').waitFor(ANSWER);
    await eventually(async () => expect(await historyOf(site.url, page)).toHaveLength(1));
  });

  it('works if the browser blocks storage', async () => {
    const block = (name: string) => `Object.defineProperty(window, '${name}', { get() { throw new DOMException('denied', 'SecurityError'); } });`;
    const { page } = await site.open({ before: block('localStorage') + block('sessionStorage') });
    await click(page);
    await click(page);
    await me(page, '2 points').waitFor();
    await saveName(page, 'Nobody');
    await note(page, 'Your name is Nobody now.').waitFor();
  });

  it('has the same guest in all tabs, and after the browser was closed', async () => {
    const { page, context } = await site.open();
    const other = await context.newPage();
    await other.goto(site.url);
    await waitForState(other, 'Live');
    await click(page);
    await me(other, '1 point, rank').waitFor();
    await click(other);
    await me(page, '2 points, rank').waitFor();
    const { page: later } = await site.open({ storageState: await context.storageState() });
    await click(later);
    await me(later, '3 points, rank').waitFor();
    expect((await guestOf(later)).userId).toBe((await guestOf(page)).userId);
  });

  it('suggests a name, and shows the one that the guest saves on all screens', async () => {
    const [{ page, complaints }, { page: other }] = [await site.open(), await site.open()];
    expect(await nameField(page).isVisible()).toBe(false);
    await click(page);
    await nameField(page).waitFor();
    expect(await nameField(page).inputValue()).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    const { userId } = await guestOf(page);
    await me(page, 'rank').waitFor();
    expect((await fetch(`${site.url}/api/users/${userId}/profile`)).status).toBe(404);
    await saveName(page, '  <b>Zoë</b> ');
    await note(page, 'Your name is <b>Zoë</b> now.').waitFor();
    for (const screen of [page, other]) await screen.locator(`[data-user="${userId}"]`).filter({ hasText: '<b>Zoë</b>' }).waitFor();
    await page.reload();
    await page.locator('summary').filter({ hasText: 'Change your name' }).click();
    expect(await nameField(page).inputValue()).toBe('<b>Zoë</b>');
    expect(complaints).toEqual([]);
  });

  it('says why a name is not saved, and keeps what was typed', async () => {
    const { page, context } = await site.open();
    await click(page);
    await saveName(page, 'x'.repeat(41));
    await problem(page, 'The name must be 1 to 40 characters.').waitFor();
    expect(await nameField(page).getAttribute('aria-invalid')).toBe('true');
    await context.route('**/profile', (route) => route.abort());
    await saveName(page, 'Ann');
    await problem(page, 'The server cannot be reached. Save again in a moment.').waitFor();
    await context.unrouteAll();
    await context.route('**/profile', (route) => route.fulfill({ status: 503, headers: { 'retry-after': '7' }, contentType: 'application/problem+json', body: '{}' }));
    await page.getByRole('button', { name: 'Save' }).click();
    await problem(page, 'The server cannot save names now. Save again in 7 s.').waitFor();
    await context.unrouteAll();
    await page.getByRole('button', { name: 'Save' }).click();
    await note(page, 'Your name is Ann now.').waitFor();
    await takeName(site.url, page);
    await page.locator('summary').filter({ hasText: 'Pick a name' }).click();
    await saveName(page, 'Bob');
    await problem(page, 'A moderator took your name away. You cannot choose another one.').waitFor();
    expect(await nameField(page).inputValue()).toBe('Bob');
  });

  it('refuses a click when too many points are pending', async () => {
    const { page } = await site.open({ block: /\/api\// });
    for (let i = 0; i <= 20; i++) await click(page);
    await pending(page, '+20 pending').waitFor();
    await note(page, 'Too many points are pending. The last click did not add one.').waitFor(ANSWER);
  });
});
