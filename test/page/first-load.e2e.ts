import type { Page } from 'playwright-core';
import { describeWith } from '../support';
import { PATIENCE_MS, raise, waitForState } from './browser';
import { usePage } from './use-page';

/** Records every text of the status. */
const RECORD_STATUS = `
  window.statuses = [];
  new MutationObserver(() => {
    const text = document.querySelector('[role=status]')?.textContent;
    if (text && text !== statuses.at(-1)) statuses.push(text);
  }).observe(document, { subtree: true, childList: true, characterData: true });`;

describeWith('TEST_CHROMIUM', 'the page while it loads', () => {
  const site = usePage();
  beforeAll(() => raise(site.url, { ann: 40 }));

  const snapshot = (page: Page) => page.getByText('This board was loaded at');

  it('shows that it is connecting, then that it is live', async () => {
    const { page } = await site.open({ before: RECORD_STATUS });
    expect(await page.evaluate('statuses')).toEqual(['Connecting…', 'Live']);
    expect(await snapshot(page).count()).toBe(0);
  });

  it('shows that it is reconnecting once an attempt has failed', async () => {
    const { page } = await site.visit({ before: RECORD_STATUS, block: /socket\.io/ });
    await waitForState(page, 'Reconnecting…');
    expect(await page.evaluate('statuses')).toEqual(['Connecting…', 'Reconnecting…']);
  });

  describe.each([
    ['with scripts disabled', { javaScriptEnabled: false }],
    ['with scripts that fail to load', { block: /\.js$/ }],
  ])('%s', (_, options) => {
    it.each(['/', '/embed'])('shows the board with the time it was loaded, and no button: %s', async (path) => {
      const { page } = await site.visit(options, path);
      await page.locator('[data-user=ann][data-score="40"]').waitFor();
      await snapshot(page).waitFor();
      const time = await page.locator('time').textContent();
      expect(Math.abs(Date.parse(time!) - Date.now())).toBeLessThan(PATIENCE_MS);
      await page.getByRole('link', { name: 'Reload' }).waitFor();
      expect(await page.locator('body').innerText()).not.toMatch(/onnecting|Live|Earn/);
    });

    it('shows a newer board after a click on Reload', async () => {
      const { page } = await site.visit(options);
      await raise(site.url, { bob: 1 });
      const before = await page.locator('[data-user=bob]').count() && Number(await page.locator('[data-user=bob]').getAttribute('data-score'));
      await page.getByRole('link', { name: 'Reload' }).click();
      await page.locator(`[data-user=bob][data-score="${before + 1}"]`).waitFor();
    });
  });
});
