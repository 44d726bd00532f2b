import type { Page } from 'playwright-core';
import { describeWith } from '../support';
import { raise } from './browser';
import { contrastsOf } from './contrast';
import { usePage } from './use-page';

const SCORES = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`player-${i + 1}`, 1_000 - i]));
/** The inner width of A4 with the margins of browsers, in CSS pixels. */
const PAPER = { width: 718, height: 1_000 };

async function print(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.setViewportSize(PAPER);
}

/** What is visible of these elements. */
const visible = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((all) => (all as unknown as { checkVisibility(): boolean; innerText: string }[]).filter((element) => element.checkVisibility()).map(({ innerText }) => innerText));

/** Every text is black, and what is behind it white. */
async function expectBlackOnWhite(page: Page): Promise<void> {
  const contrasts = await contrastsOf(page);
  expect(contrasts.length).toBeGreaterThan(10);
  expect(contrasts.filter(({ ratio }) => ratio < 20.9)).toEqual([]);
}

describeWith('TEST_CHROMIUM', 'the printed page', () => {
  const site = usePage({ PLAYER_PAGES: 'activity', PAGE_URL: 'https://scores.example.com' });
  beforeAll(() => raise(site.url, SCORES));

  it('has the chosen board and the places below it, black on white in every theme, without buttons, fields and links to other pages', async () => {
    const { page } = await site.open({}, '/?board=week&from=11');
    await page.locator('[data-try]').click();
    await page.locator('[data-me]').filter({ hasText: '1 point' }).waitFor();
    await print(page);
    expect(await visible(page, 'button, input, summary, nav, [role=status], [data-play], [data-snapshot]')).toEqual([]);
    expect(await visible(page, '[role=tab], h1, h3')).toEqual(['Scoreboard', 'This week', 'Places 11 to 60']);
    expect(await visible(page, 'tbody tr')).toHaveLength(60);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PAPER.width);
    await expectBlackOnWhite(page);
  });

  it.each(['en', 'ar'])('has a line on either side of the points to the next place, as the screen has, in %s', async (lang) => {
    const { page } = await site.visit({}, `/?lang=${lang}`);
    await page.locator('[data-try]').click();
    await page.locator('tfoot th[colspan]').waitFor();
    const lines = () => page.locator('tfoot th[colspan]').evaluate((cell) => {
      const { getComputedStyle } = globalThis as unknown as { getComputedStyle(element: unknown, pseudo: string): { display: string; clipPath: string } };
      return ['::before', '::after'].map((side) => getComputedStyle(cell, side)).map(({ display, clipPath }) => [display, clipPath]);
    });
    const both = [['inline-block', 'none'], ['inline-block', 'none']];
    expect(await lines()).toEqual(both);
    await print(page);
    expect(await lines()).toEqual(both);
  });

  it('has the board alone where no list was asked for', async () => {
    const { page } = await site.open();
    await print(page);
    expect(await visible(page, '[data-places]')).toEqual([]);
    expect(await visible(page, 'tbody tr')).toHaveLength(10);
  });

  it('of a player has places, points over time and the address, black on white', async () => {
    const { page } = await site.visit({}, '/players/player-1');
    await print(page);
    expect(await visible(page, 'header, summary, button')).toEqual([]);
    expect(await visible(page, 'h1, h2')).toEqual(['player-1', 'Places', 'Points of the last 30 days']);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.note a'), '::after').content`)).toBe('": https://scores.example.com/players/player-1"');
    await expectBlackOnWhite(page);
  });
});
