import type { Page } from 'playwright-core';
import { describeWith } from '../support';
import { raise } from './browser';
import { usePage } from './use-page';

const UUID = '0190f3c2-7d31-7a42-9c55-1f2e3d4c5b6a';
/** More than ten players: a guest with one point stands below the board, after a long name. */
const SCORES = {
  ...{ [UUID]: 98_765_432, ['x'.repeat(255)]: 87_654_321, 'margaret': 1_234_567, 'ada': 999_999, 'ken': 42 },
  ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`low-${i}`, 30])),
  ['y'.repeat(255)]: 2,
};
const MAX = Number.MAX_SAFE_INTEGER;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
const boxes = (page: Page, selector: string): Promise<Box[]> =>
  page.locator(selector).evaluateAll((elements) => elements.map((element) => (element as unknown as { getBoundingClientRect(): { toJSON(): Box } }).getBoundingClientRect().toJSON()));
/** The visible form of a row's score: compact, exact, or both. */
const seenScore = (page: Page, userId: string): Promise<string> =>
  page.evaluate<string>(`(() => {
    const cell = document.querySelector('[data-user="${userId}"] td:last-child');
    const short = getComputedStyle(cell, '::before').content;
    const exact = cell.firstElementChild.getBoundingClientRect().width > 1 ? cell.firstElementChild.textContent : '';
    return [short === 'none' ? '' : JSON.parse(short.split(' / ')[0]), exact].filter(Boolean).join(' ');
  })()`);

describeWith('TEST_CHROMIUM', 'the layout of the page, with the largest possible total', () => {
  const site = usePage({ MAX_SCORE_INCREMENT: String(MAX) });
  beforeAll(() => raise(site.url, { largest: MAX }));

  it.each([[320, '9010T'], [640, '9010T'], [1280, '9,007,199,254,740,991']])('fits it at %i px', async (width, shown) => {
    const { page } = await site.open({ viewport: { width, height: 900 } });
    expect(await seenScore(page, 'largest')).toBe(shown);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  });
});

describeWith('TEST_CHROMIUM', 'the layout of the page', () => {
  const site = usePage({ MAX_SCORE_INCREMENT: String(MAX), PLAYER_PAGES: 'activity' });
  beforeAll(() => raise(site.url, SCORES));

  it.each([[320, 'en'], [320, 'ar'], [360, 'de'], [768, 'ja'], [1280, 'fr'], [3840, 'en']])('fits the page of a player with a long name at %i px, in the language %s', async (width, lang) => {
    const { page } = await site.visit({ viewport: { width, height: 800 } }, `/players/${'x'.repeat(255)}?lang=${lang}`);
    await page.locator('summary').click();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    for (const { left, right } of await boxes(page, 'h1 bdi, svg, td:last-child, section')) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(width);
    }
    const [chart] = await boxes(page, 'svg');
    expect(chart!.bottom - chart!.top).toBeGreaterThan(50);
  });

  it.each(['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh'])('keeps the title on one line beside the longest state of the connection on a small phone, in the language %s', async (lang) => {
    const { page } = await site.visit({ viewport: { width: 320, height: 568 } }, `/?lang=${lang}`);
    await page.locator('[data-state=live]').waitFor();
    const lines = await page.evaluate(`(() => {
      const state = document.querySelector('[role=status]');
      state.dataset.state = 'reconnecting';
      state.textContent = JSON.parse(document.querySelector('#words').textContent).reconnecting;
      const title = document.createRange();
      title.selectNodeContents(document.querySelector('h1'));
      return title.getClientRects().length;
    })()`);
    expect(lines).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    const [title, state] = [await boxes(page, 'h1'), await boxes(page, '[role=status]')].map(([box]) => box!);
    expect(lang === 'ar' ? title!.left - state!.right : state!.left - title!.right).toBeGreaterThan(0);
  });

  it.each(['ltr', 'rtl'])('keeps a name in another direction, on several lines, at the beginning of the page of a player: %s', async (direction) => {
    const { page } = await site.visit({ viewport: { width: 768, height: 900 } }, `/players/${'x'.repeat(255)}?lang=${direction === 'rtl' ? 'ar' : 'en'}`);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('h1 bdi')).textAlign`)).toBe(direction === 'rtl' ? 'right' : 'left');
  });

  it.each([[320, 568], [360, 740], [390, 844], [768, 1024], [1280, 720], [3840, 2160]])('shows long names on one line without overflow at %i x %i', async (width, height) => {
    const { page } = await site.open({ viewport: { width, height } });
    await page.locator(`[data-user="${UUID}"]`).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    const [short, ...names] = (await boxes(page, 'tbody bdi')).sort((a, b) => a.bottom - a.top - (b.bottom - b.top));
    for (const name of names) {
      expect(name.bottom - name.top).toBeLessThan(1.5 * (short!.bottom - short!.top));
      expect(name.right - name.left).toBeGreaterThan(100);
    }
    for (const score of await boxes(page, 'tbody td:last-child')) expect(score.right).toBeLessThanOrEqual(width);
  });

  it.each([320, 768, 1_280])('shows the player outside of the ten, with neighbors, on one line each without overflow at %i px', async (width) => {
    const { page } = await site.open({ viewport: { width, height: 800 } });
    await page.locator('[data-try]').click();
    await page.locator('tfoot [aria-current=true]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    const rows = await boxes(page, 'tfoot tr');
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const { left, right, top, bottom } of rows) expect(left >= 0 && right <= width && bottom - top < 60).toBe(true);
  });

  it.each([[320, false], [768, false], [1_280, true]])('shows the form for a name without overflow at %i px, open at once: %s', async (width, isOpen) => {
    const { page } = await site.open({ viewport: { width, height: 800 } });
    await page.locator('[data-try]').click();
    await page.locator('summary').waitFor();
    const field = page.getByLabel('Your name on the board');
    expect(await field.isVisible()).toBe(isOpen);
    if (!isOpen) await page.locator('summary').click();
    await field.fill('x'.repeat(41));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-problem]').filter({ hasText: 'must be' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    const [panel] = await boxes(page, '[data-play]');
    for (const { left, right } of await boxes(page, '[data-name] :is(summary, label, input, button, p)')) expect(left >= panel!.left && right <= panel!.right).toBe(true);
  });

  it.each([180, 250, 600])('does not overflow a frame of %i px, with a long title and long names', async (width) => {
    const { page } = await site.visit({ viewport: { width, height: 400 } }, `/embed?title=${'x'.repeat(60)}`);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    for (const { left, right } of await boxes(page, 'h1, [role=status], tbody tr')) expect(left >= 0 && right <= width).toBe(true);
  });

  it('gives screen readers and tooltips the full name', async () => {
    const { page } = await site.open({ viewport: { width: 320, height: 568 } });
    await page.getByRole('rowheader', { name: UUID, exact: true }).getByTitle(UUID).waitFor();
  });

  it('shows a long score in compact form if it does not fit, and keeps the exact one for screen readers, tooltips and scripts', async () => {
    const { page } = await site.open({ viewport: { width: 320, height: 568 } });
    expect(await Promise.all([UUID, 'margaret', 'ada', 'ken'].map((userId) => seenScore(page, userId)))).toEqual(['98.8M', '1.23M', '999,999', '42']);
    await page.locator(`[data-user="${UUID}"][data-score="98765432"]`).getByTitle('98,765,432').waitFor();
    await page.getByRole('row', { name: `1 ${UUID} 98,765,432` }).waitFor();
  });

  it('toggles the full name and score with a click on the row beside the name, which is a link', async () => {
    const { page } = await site.open({ viewport: { width: 320, height: 568 } });
    const row = page.locator(`[data-user="${UUID}"]`);
    await row.locator('td').first().click();
    expect(await seenScore(page, UUID)).toBe('98.8M 98,765,432');
    expect(await row.locator('bdi').evaluate((name) => (name as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth - (name as unknown as { clientWidth: number }).clientWidth)).toBe(0);
    await row.locator('td').first().click();
    expect(await seenScore(page, UUID)).toBe('98.8M');
  });

  it.each([[768, '98,765,432'], [1280, '98,765,432']])('shows exact scores at %i px', async (width, exact) => {
    const { page } = await site.open({ viewport: { width, height: 900 } });
    expect(await seenScore(page, UUID)).toBe(exact);
  });

  it.each([
    ['a phone in landscape', 844, 390],
    ['a small phone in landscape', 568, 320],
    ['a laptop at 200%', 640, 360],
    ['a laptop at 400%', 320, 180],
  ])('does not cover a row with the play panel on %s', async (_, width, height) => {
    const { page } = await site.open({ viewport: { width, height } });
    await page.locator('[data-try]').click();
    await page.locator('tfoot [aria-current=true]').waitFor();
    const end = await page.evaluate<number>('document.documentElement.scrollHeight');
    for (let y = 0; y <= end; y += height / 2) {
      await page.evaluate(`scrollTo(0, ${y})`);
      const [panel] = await boxes(page, '[data-play]');
      for (const row of await boxes(page, ':is(tbody, tfoot) tr')) expect(panel!.left >= row.right || panel!.top >= row.bottom).toBe(true);
    }
  });
});
