import { sign } from 'jsonwebtoken';
import type { Page } from 'playwright-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, PATIENCE_MS, raise, waitForScores, waitForState, watchFor } from './browser';
import { usePage } from './use-page';

/** Records each animation, for example `glide:<user>`. */
const RECORD_MOTION = `
  window.motion = [];
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (keyframes, options) {
    window.motion.push((options.id || 'other') + ':' + (this.closest('tr')?.dataset.user ?? ''));
    return animate.call(this, keyframes, options);
  };`;
const boardOf = async (page: Page): Promise<string[]> => page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => (row as unknown as { innerText: string }).innerText.replace(/\s+/g, ' ').trim()));

describeWith('TEST_CHROMIUM', 'the page, in a browser', () => {
  const site = usePage();
  const { open } = site;

  it('gives a guest one point per click, and shows it to all visitors at once', async () => {
    const [player, other] = [await open(), await open()];
    for (let i = 1; i <= 3; i++) {
      await player.page.locator('[data-try]').click();
      await other.page.locator(`[data-user][data-score="${i}"][data-rank="1"]`).waitFor();
    }
    await player.page.locator('[data-me]').filter({ hasText: '3 points, rank 1' }).waitFor();
    await player.page.locator('[aria-current="true"][data-score="3"]').waitFor();
    expect([...player.complaints, ...other.complaints]).toEqual([]);
  });

  it('contains the board before any script runs, with the same markup as the script', async () => {
    const { page } = await open();
    await raise(site.url, { ann: 40, bob: 30 });
    await waitForScores(page, { ann: 40, bob: 30 });
    await page.locator('[data-moved], [data-gain]').first().waitFor({ state: 'detached' });
    const html = await (await fetch(site.url)).text();
    const written = /<tbody>(.*)<\/tbody>/s.exec(html)![1];
    const shown = await page.locator('tbody').innerHTML();
    expect(shown.replace(/ style="[^"]*"/g, '')).toBe(written);
    const { page: still } = await site.visit({ javaScriptEnabled: false });
    await still.locator('[data-user=ann][data-score="40"][data-rank="1"]').waitFor();
  });

  it('animates moving rows, marks moves up and down, and shows each gain', async () => {
    const { page } = await open({ before: RECORD_MOTION });
    await raise(site.url, { cid: 20, dan: 25 });
    await waitForScores(page, { cid: 20, dan: 25 });
    const [up, down] = [await watchFor(page, '[data-user=cid][data-moved=up] [data-gain="10"]'), await watchFor(page, '[data-user=dan][data-moved=down]')];
    await raise(site.url, { cid: 10 });
    await Promise.all([up(), down()]);
    const motion = await page.evaluate<string[]>('window.motion');
    expect(motion).toEqual(expect.arrayContaining(['glide:cid', 'glide:dan', 'other:cid']));
    await page.locator('[data-moved], [data-gain]').first().waitFor({ state: 'detached' });
  });

  it('moves nothing with reduced motion, but still shows the gain', async () => {
    const { page } = await open({ before: RECORD_MOTION, reducedMotion: 'reduce' });
    await raise(site.url, { eva: 21, fay: 22 });
    await waitForScores(page, { eva: 21, fay: 22 });
    const up = await watchFor(page, '[data-user=eva][data-moved=up] [data-gain="11"]');
    await raise(site.url, { eva: 11 });
    await up();
    expect((await page.evaluate<string[]>('window.motion')).filter((entry) => entry.startsWith('glide'))).toEqual([]);
  });

  it('shows the same board in two browsers', async () => {
    const [one, two] = [await open(), await open({ colorScheme: 'dark' })];
    await raise(site.url, { gus: 100, hal: 90, gil: 95 });
    for (const { page } of [one, two]) await page.locator('[data-user=hal][data-score="90"]').waitFor();
    await eventually(async () => expect(await boardOf(one.page)).toEqual(await boardOf(two.page)));
  });

  it('is a table with headers for screen readers, and works with the keyboard alone', async () => {
    const { page } = await open();
    await raise(site.url, { ida: 120 });
    await page.getByRole('table', { name: 'Top 10, live' }).getByRole('rowheader', { name: 'ida' }).waitFor();
    await page.getByRole('columnheader', { name: 'Score' }).waitFor();
    await page.keyboard.press('Tab');
    while (await page.locator('[role=tab]:focus, tbody a:focus').count()) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[data-me]').filter({ hasText: '1 point' }).waitFor();
    await raise(site.url, { jan: 130 });
    await page.locator('[data-news]').filter({ hasText: 'jan leads now, with 130' }).waitFor({ state: 'attached' });
  });

  it('contacts only its own server, and logs no error or warning', async () => {
    const { page, complaints, requests } = await open();
    await page.locator('[data-try]').click();
    await page.locator('[data-me]').filter({ hasText: '1 point' }).waitFor();
    expect(requests.filter((url) => new URL(url).origin !== site.url)).toEqual([]);
    expect(requests.some((url) => url.includes('socket.io'))).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('shows Offline without a network, and is live again when it returns', async () => {
    const { page, context } = await open();
    await context.setOffline(true);
    await waitForState(page, 'Offline');
    await context.setOffline(false);
    await waitForState(page, 'Live');
  });

  it('stays live in all tabs when its guest token expires, and creates a new guest with the next point', async () => {
    const guest = { userId: 'guest-of-a-second', token: sign({ sub: 'guest-of-a-second', scope: 'scores:write' }, JWT_SECRET, { expiresIn: 2 }) };
    const { page, context } = await open({ before: `localStorage.getItem('scoreboard-guest') ?? localStorage.setItem('scoreboard-guest', '${JSON.stringify(guest)}')` });
    const other = await context.newPage();
    await other.goto(site.url);
    for (const tab of [page, other]) await tab.locator('[data-note]').filter({ hasText: 'guest session has expired' }).waitFor();
    await waitForState(page, 'Live');
    await page.locator('[data-try]').click();
    for (const tab of [page, other]) await tab.locator('[data-me]').filter({ hasText: '1 point' }).waitFor();
    expect(await page.evaluate(`JSON.parse(localStorage.getItem('scoreboard-guest')).userId`)).not.toBe(guest.userId);
  });

  it('shows Reconnecting while the server is down, and is live again by itself without losing data', async () => {
    const { page } = await open();
    const before = await boardOf(page);
    await site.role.kill();
    await waitForState(page, 'Reconnecting…');
    await site.restart();
    await waitForState(page, 'Live');
    await raise(site.url, { kim: 1_000 });
    await page.locator('[data-user=kim][data-rank="1"]').waitFor();
    expect((await boardOf(page)).map((row) => row.split(' ')[1])).toEqual(expect.arrayContaining(before.slice(0, 9).map((row) => row.split(' ')[1])));
  });
});

describe('the page', () => {
  it.each([{ REQUIRE_ACTION_TOKEN: 'true' }, { GUEST_PLAY: 'false' }])('offers no button where strangers cannot play: %j', async (setting) => {
    const role = await startStandalone({ LOG_LEVEL: 'warn', ...setting }, { readyWithinMs: PATIENCE_MS });
    try {
      const html = await (await fetch(role.url)).text();
      expect(html).toContain('role="status"');
      expect(html).not.toContain('data-try');
    } finally {
      await role.kill();
    }
  });
});
