import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { PATIENCE_MS } from './browser';
import { usePage } from './use-page';

/** Every click is answered within this time. */
const ANSWER = { timeout: 2_000 };

const click = (page: Page): Promise<void> => page.locator('[data-try]').click();
const note = (page: Page, text: RegExp) => page.locator('[data-note]').filter({ hasText: text });
const pending = (page: Page, text: string) => page.locator('[data-pending]').filter({ hasText: text });
const me = (page: Page, text: string) => page.locator('[data-me]').filter({ hasText: text });

describeWith('TEST_CHROMIUM', 'playing on the page where there are limits', () => {
  const site = usePage({ RATE_LIMIT_WRITES: '2', RATE_LIMIT_READS: '3' }); // as many guests
  const seconds = (page: Page): Promise<number> => page.locator('[data-note]').textContent().then((text) => Number(/Trying again in (\d+) s/.exec(text!)![1]));

  // One test for both, since each waits up to a minute.
  it('says why a point waits and how long, counts the seconds down, keeps it over a reload, and counts it then', async () => {
    const { page: fast } = await site.open();
    for (let i = 0; i < 3; i++) await click(fast);
    await note(fast, /^Too fast\. Your point is kept\. Trying again in \d+ s\.$/).waitFor(ANSWER);
    await me(fast, '2 points').waitFor();
    await pending(fast, '+1 pending').waitFor(ANSWER);
    await fast.getByRole('button', { name: 'Save' }).click();
    await fast.locator('[data-problem]').filter({ hasText: /^Too many requests\. Save again in \d+ s\.$/ }).waitFor();

    const makeGuest = () => fetch(`${site.url}/api/auth/guest`, { method: 'POST' });
    await eventually(async () => expect((await makeGuest()).status).toBe(429));
    const { page: crowded } = await site.open();
    await click(crowded);
    await note(crowded, /^Too many new guests from your network\. Your point is kept\. Trying again in \d+ s\.$/).waitFor(ANSWER);
    await pending(crowded, '+1 pending').waitFor(ANSWER);
    const first = await seconds(crowded);
    await eventually(async () => expect(await seconds(crowded)).toBeLessThan(first));

    await fast.reload();
    await me(fast, '2 points').waitFor(ANSWER);
    await pending(fast, '+1 pending').waitFor();
    await Promise.all([me(fast, '3 points').waitFor({ timeout: 2 * PATIENCE_MS }), me(crowded, '1 point').waitFor({ timeout: 2 * PATIENCE_MS })]);
  });
});
