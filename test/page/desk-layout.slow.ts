import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { raise } from './browser';
import { contrastsOf } from './contrast';
import { setAsideIn } from './set-aside';
import { confirm, findPlayer, operatorToken, outcome, signIn, useDesk, waitForJudge } from './use-desk';

const LONG = 'x'.repeat(255);
const VIEWS = ['player', 'flags', 'hidden', 'audit', 'letters', 'consumers', 'boards', 'clients', 'health'];
const FLAG_RULES_FILE = join(temporaryFolder('rules'), 'flag-rules.json');
writeFileSync(FLAG_RULES_FILE, JSON.stringify([{ id: 'r'.repeat(32), kind: 'rate', seconds: 60, maxPoints: 1, effect: 'hold' }]));
const overflow = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Opens a view and waits until nothing in it is loading. */
async function open(page: Page, view: string): Promise<void> {
  await page.locator(`nav a[href="#${view}"]`).click();
  await page.locator(`[data-view=${view}]`).waitFor();
  const isLoaded = () => page.evaluate<boolean>(`[...document.querySelectorAll('[data-view=${view}] [data-note]')].every((note) => note.textContent !== 'Loading…')`);
  await eventually(async () => expect(await isLoaded()).toBe(true));
}

describeWith(['TEST_CHROMIUM', 'TEST_DATABASE_URL'], 'the layout and accessibility of the desk', () => {
  const desk = useDesk({ MAX_SCORE_INCREMENT: String(Number.MAX_SAFE_INTEGER), FLAG_RULES_FILE });
  beforeAll(async () => {
    await waitForJudge(desk);
    await raise(desk.url, { [LONG]: Number.MAX_SAFE_INTEGER });
    await raise(desk.url, { [LONG]: 1 }).catch(() => undefined); // a dead letter
    await eventually(async () => expect((await desk.call<{ items: unknown[] }>('/api/moderation/flags')).items).toHaveLength(1));
    await desk.call(`/api/moderation/hidden/${LONG}`, { reason: 'y'.repeat(500) }, 'PUT');
    await setAsideIn(desk.databaseUrl!, 'webhook:shop', [1]);
  });

  it.each([320, 640, 1_280, 3_840])('fits every view, and each dialog, at %i px', async (width) => {
    const { page } = await desk.visit({ viewport: { width, height: 800 } }, '/admin');
    expect(await overflow(page)).toBe(0);
    await signIn(page, operatorToken('mod-1'));
    await findPlayer(page, LONG);
    for (const view of VIEWS) {
      await open(page, view);
      expect([view, await overflow(page)]).toEqual([view, 0]);
    }
    await open(page, 'player');
    await page.getByRole('button', { name: 'Hide…' }).click();
    const box = (await page.locator('dialog[open]').boundingBox())!;
    expect(box.x >= 0 && box.x + box.width <= width).toBe(true);
    expect(await page.locator('dialog[open]').evaluate((dialog) => (dialog as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth - (dialog as unknown as { clientWidth: number }).clientWidth)).toBe(0);
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    it.each(VIEWS)('has enough contrast for every text: %s', async (view) => {
      const { page } = await desk.enter(operatorToken('mod-1'), { colorScheme, viewport: { width: 1_280, height: 900 } });
      if (view === 'player') await findPlayer(page, LONG);
      await open(page, view);
      await page.evaluate(`document.querySelector('[data-outcome]').textContent = 'Done.'`);
      const contrasts = await contrastsOf(page);
      expect(contrasts.map(({ text }) => text)).toEqual(expect.arrayContaining(['Scoreboard desk', 'Done.']));
      expect(contrasts.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    });

    it('has enough contrast in its dialogs, with a problem', async () => {
      const { page } = await desk.visit({ colorScheme }, '/admin');
      await page.evaluate(`(() => {
        document.querySelector('[data-why]').textContent = 'Your token has expired.';
        document.querySelector('#token-problem').textContent = 'The token is wrong.';
        document.querySelector('[data-provider]').hidden = false;
        document.querySelector('[data-provider-problem]').textContent = 'The provider cannot be reached.';
      })()`);
      // Without the page behind it: its text is dimmed.
      await page.evaluate(`for (const element of document.querySelectorAll('body > :not(dialog)')) element.remove()`);
      expect((await contrastsOf(page)).filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    });
  });

  it('works with the keyboard alone, and names every control', async () => {
    const { page } = await desk.visit({}, '/admin');
    await page.locator('#token:focus').waitFor();
    await page.keyboard.insertText(operatorToken('mod-1'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.locator('#user-id').focus();
    await page.keyboard.insertText('ann');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'ann', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Hide…' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-reason]:focus').waitFor();
    await page.keyboard.insertText('a bot');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await outcome(page, 'ann is hidden.');
    await page.getByRole('button', { name: 'Hide…' }).and(page.locator(':focus')).waitFor();
    const nameless = await page.locator('button, input, textarea, a').evaluateAll((elements) =>
      elements.map((element) => element as unknown as { textContent: string; ariaLabel: string | null; labels?: { length: number }; outerHTML: string }).filter(({ textContent, ariaLabel, labels }) => !textContent.trim() && !ariaLabel && !labels?.length).map(({ outerHTML }) => outerHTML));
    expect(nameless).toEqual([]);
  });

  it('leaves a dialog with Escape without doing anything, and returns the focus', async () => {
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'bob');
    await page.getByRole('button', { name: 'Hide…' }).click();
    await page.getByLabel('Reason').fill('kept');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Hide…' }).and(page.locator(':focus')).waitFor();
    await page.getByRole('button', { name: 'Hide…' }).click();
    expect(await page.getByLabel('Reason').inputValue()).toBe('kept');
    await confirm(page, 'Cancel');
  });

  it('keeps borders, states and the current view visible with forced colors', async () => {
    const { page } = await desk.enter(operatorToken('mod-1'), { forcedColors: 'active' });
    const style = (selector: string, property: string): Promise<string> => page.evaluate(`getComputedStyle(document.querySelector('${selector}'))['${property}']`);
    const canvas = await style('html', 'backgroundColor');
    expect(await style('nav a[aria-current]', 'backgroundColor')).not.toBe(canvas);
    for (const selector of ['button', 'input', 'section']) expect(await style(selector, 'borderTopStyle')).toBe('solid');
  });
});
