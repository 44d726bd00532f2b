import type { Page } from 'playwright-core';
import { describeWith } from '../support';
import { raise } from './browser';
import { contrastsOf } from './contrast';
import { usePage } from './use-page';

/** More than ten players: a guest with one point stands below the board. */
const SCORES = { ann: 1_200_000, bob: 900_000, cid: 600_000, dan: 300_000, eva: 100, ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`low-${i}`, 50])) };
const STATES = ['connecting', 'live', 'reconnecting', 'offline'];
/** Pauses every animation at its start, where a row is brightest. */
const PAUSE_MOTION = `
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...args) {
    const animation = animate.apply(this, args);
    animation.pause();
    return animation;
  };`;
const styleOf = (page: Page, selector: string, pseudo: string, property: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}'), '${pseudo}')['${property}']`);

describeWith('TEST_CHROMIUM', 'the accessibility of the page', () => {
  const site = usePage({ MAX_SCORE_INCREMENT: '10000000', PLAYER_PAGES: 'activity' });
  beforeAll(() => raise(site.url, SCORES));

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    it.each(STATES)('has enough contrast for every text, in the connection state %s', async (state) => {
      const { page } = await site.open({ colorScheme, viewport: { width: 1_100, height: 900 }, before: PAUSE_MOTION });
      await page.locator('[data-try]').click();
      await page.locator('[data-me]').filter({ hasText: 'rank' }).waitFor();
      await page.locator('tfoot [aria-current=true]').waitFor();
      await page.evaluate(`(() => {
        const status = document.querySelector('[role=status]');
        status.dataset.state = '${state}';
        const row = document.querySelector('tbody tr:nth-child(2)');
        row.dataset.moved = 'up';
        row.setAttribute('aria-current', 'true');
        document.querySelector('[data-name]').open = true;
        document.querySelector('[data-name] input').ariaInvalid = 'true';
        for (const name of ['note', 'pending', 'problem']) document.querySelector('[data-' + name + ']').textContent = 'A note to the player';
      })()`);
      await raise(site.url, { bob: 5, dan: 5 });
      await page.locator('[data-user=dan] [data-gain]').waitFor();
      const contrasts = await contrastsOf(page);
      const texts = ['Live', 'Scoreboard', 'Rank', 'bob', '2', '+5', 'Earn a point', 'A note to the player', 'Pick a name', 'Your name on the board', 'Save'];
      expect(contrasts.map(({ text }) => text)).toEqual(expect.arrayContaining([...texts, expect.stringMatching(/^\d+ points? to place \d+$/)]));
      expect(contrasts.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    });

    it.each(['/?from=11', '/?name=low', '/?from=900'])('has enough contrast below the ten, and for marks of places: %s', async (path) => {
      const { page } = await site.open({ colorScheme }, path);
      await page.evaluate(`(() => {
        document.querySelector('[data-list-note]').textContent = 'A note';
        for (const [user, since] of [['ann', 'up'], ['dan', 'down']]) {
          const mark = document.createElement('span');
          mark.dataset.since = since;
          mark.textContent = '▲3';
          document.querySelector('[data-user=' + user + '] td').append(mark);
        }
      })()`);
      const contrasts = await contrastsOf(page);
      expect(contrasts.map(({ text }) => text)).toEqual(expect.arrayContaining(['More places', 'Find a player by name', 'Find', 'A note', '▲3']));
      expect(contrasts.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    });

    it.each(['', '&accent=ffff00', '&accent=000000', '&accent=ffffff'])('has enough contrast in an embedding frame%s', async (accent) => {
      const { page } = await site.visit({ colorScheme, viewport: { width: 500, height: 400 } }, `/embed?title=Friday${accent}`);
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      expect((await contrastsOf(page)).filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    });
  });

  describe.each(['light', 'dark'] as const)('of a player, in the %s theme', (colorScheme) => {
    it.each(['/players/ann', '/players/nobody'])('has enough contrast for every text: %s', async (path) => {
      const { page } = await site.visit({ colorScheme, viewport: { width: 500, height: 900 } }, path);
      for (const details of await page.locator('summary').all()) await details.click();
      const contrasts = await contrastsOf(page);
      expect(contrasts.map(({ text }) => text)).toEqual(expect.arrayContaining(path.endsWith('ann') ? ['ann', 'To the board', 'Places', 'All time', 'Day, Score'] : ['This player has no page.']));
      expect(contrasts.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    });
  });

  it('has one heading, named tables and a named picture on the page of a player, and reaches all with the keyboard', async () => {
    const { page } = await site.visit({ forcedColors: 'active' }, '/players/ann');
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['ann']);
    for (const name of ['Places', 'Points of the last 30 days']) await page.getByRole('region', { name }).waitFor();
    await page.getByRole('img', { name: /^Points of the last 30 days: / }).waitFor();
    expect(await styleOf(page, '[data-line]', '', 'stroke')).not.toBe(await styleOf(page, 'html', '', 'backgroundColor'));
    const stops = [];
    for (let i = 0; i < 2; i++) {
      await page.keyboard.press('Tab');
      stops.push(await page.locator(':focus').textContent());
      expect(await styleOf(page, ':focus', '', 'outlineStyle')).toBe('solid');
    }
    expect(stops).toEqual(['To the board', 'Day, Score']);
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Points of the last 30 days' }).waitFor();
  });

  it('keeps button, bars and states visible with forced colors', async () => {
    const { page } = await site.open({ forcedColors: 'active' });
    const canvas = await styleOf(page, 'html', '', 'backgroundColor');
    expect(await styleOf(page, '[data-try]', '', 'borderTopStyle')).toBe('solid');
    expect(await styleOf(page, '[data-try]', '', 'borderTopColor')).not.toBe(canvas);
    for (const [selector, pseudo] of [['tbody th', '::before'], ['[role=status]', '::before']] as const) {
      expect(await styleOf(page, selector, pseudo, 'backgroundColor')).not.toBe(canvas);
    }
    expect(await styleOf(page, 'tbody td', '::before', 'outlineStyle')).toBe('solid');
  });

  it('shows a player outside of the ten as rows of the same table, outside of any live region', async () => {
    const { page } = await site.open();
    await page.locator('[data-try]').click();
    const group = page.getByRole('table', { name: 'Top 10, live' }).getByRole('rowgroup').last();
    await group.getByRole('rowheader', { name: /^\d+ points? to place \d+$/ }).waitFor();
    await group.locator('[aria-current=true]').getByRole('cell', { name: '1', exact: true }).waitFor();
    expect(await page.locator('[aria-live] tfoot, [role=status] tfoot').count()).toBe(0);
  });

  it('names the field for the name, and describes it by the problem', async () => {
    const { page } = await site.open({ viewport: { width: 390, height: 844 } });
    await page.locator('[data-try]').click();
    const summary = page.locator('summary').filter({ hasText: 'Pick a name' });
    await summary.waitFor();
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.insertText('x'.repeat(41)); // replaces the suggestion, which is selected
    await page.keyboard.press('Enter');
    await page.locator('[aria-invalid=true]:focus').waitFor();
    const field = page.getByRole('textbox', { name: 'Your name on the board', description: 'The name must be 1 to 40 characters.' });
    await field.waitFor();
    await field.fill('Ann');
    await page.keyboard.press('Enter');
    await page.locator('summary:focus').waitFor();
  });

  it("announces the player's points when they change, and nothing while only the rank changes", async () => {
    const { page } = await site.open();
    await page.locator('[data-try]').click();
    await page.locator('[data-me][aria-live=polite][aria-atomic=true]').filter({ hasText: '1 point, rank' }).waitFor();
    // Changes inside a non-live element are not announced.
    await page.evaluate(`(() => {
      readOut = [];
      new MutationObserver((records) => {
        for (const { target } of records) {
          const live = (target instanceof Element ? target : target.parentElement).closest('[aria-live]');
          if (live.ariaLive === 'polite') readOut.push(live.textContent);
        }
      }).observe(document.querySelector('[data-me]'), { subtree: true, childList: true, characterData: true });
    })()`);
    const place = Number(/rank (\d+)/.exec((await page.locator('[data-me]').textContent())!)![1]);
    await raise(site.url, { fay: 5_000_000 });
    await page.locator('[data-me]').filter({ hasText: `1 point, rank ${place + 1}` }).waitFor();
    expect(await page.evaluate('readOut')).toEqual([]);
    await page.locator('[data-try]').click();
    await page.locator('[data-me]').filter({ hasText: '2 points' }).waitFor();
    expect(await page.evaluate('readOut.length')).toBe(1);
  });
});
