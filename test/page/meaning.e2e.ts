import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { raise, waitForScores, waitForState } from './browser';
import { usePage } from './use-page';

const TIES = 'With the same score, the player who reached it first stands higher.';

describeWith('TEST_CHROMIUM', 'what the page says about places', () => {
  const site = usePage();
  const mark = (page: Page, userId: string) => page.locator(`[data-user="${userId}"] td:first-child [data-since]`);

  it('explains the order of players with the same score, while there are any, also without scripts', async () => {
    await raise(site.url, { ann: 50, bob: 40, cid: 30 });
    const { page } = await site.open();
    await waitForScores(page, { ann: 50, bob: 40, cid: 30 });
    expect(await page.getByText(TIES).isVisible()).toBe(false);
    await raise(site.url, { cid: 10 });
    await page.getByText(TIES).waitFor();
    const { page: plain } = await site.visit({ javaScriptEnabled: false });
    await plain.getByText(TIES).waitFor();
    await raise(site.url, { bob: 1 });
    await page.getByText(TIES).waitFor({ state: 'hidden' });
    await plain.reload();
    expect([await plain.locator('[data-user]').count(), await plain.getByText(TIES).isVisible()]).toEqual([3, false]);
  });

  it('marks how many places a player has gained or lost since the last visit, until the player moves again', async () => {
    await raise(site.url, { dan: 20 });
    const { page, context, complaints } = await site.open();
    await waitForScores(page, { dan: 20 });
    expect(await page.locator('[data-since]').count()).toBe(0);
    await page.close({ runBeforeUnload: false });
    await raise(site.url, { dan: 100, eva: 1 });
    const again = await context.newPage();
    await again.goto(site.url);
    await waitForState(again, 'Live');
    await mark(again, 'dan').getByText('▲3').waitFor();
    await again.getByRole('row', { name: '1 Up 3 since your last visit dan 120' }).waitFor();
    await mark(again, 'ann').and(again.getByTitle('Down 1 since your last visit')).waitFor();
    expect(await mark(again, 'eva').count()).toBe(0);
    await raise(site.url, { dan: 1 });
    await waitForScores(again, { dan: 121 });
    expect(await mark(again, 'dan').count()).toBe(1);
    await raise(site.url, { bob: 200 });
    await again.locator('[data-user="bob"][data-rank="1"]').waitFor();
    await mark(again, 'dan').waitFor({ state: 'detached' });
    await again.reload();
    await again.locator('[data-user="bob"][data-rank="1"]').waitFor();
    await waitForState(again, 'Live');
    expect(await again.locator('[data-since]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  // The embedded database cannot be reached from here.
  describeWith('TEST_DATABASE_URL', 'and about the winners of ended periods', () => {
    /** Ends the current day now instead of at midnight. */
    async function endDay(): Promise<void> {
      const client = new Client({ connectionString: site.databaseUrl });
      await client.connect();
      const ended = client.query(`
        WITH ended AS (UPDATE board_period SET ends_at = now() WHERE board = 'day' AND starts_at <= now() AND now() < ends_at RETURNING key)
        UPDATE board_period SET starts_at = now() FROM ended WHERE board = 'day' AND starts_at > now()`);
      await ended.finally(() => client.end());
    }
    const current = async () => ((await (await fetch(`${site.url}/api/boards`)).json()) as { id: string; period?: { id: string } }[]).find(({ id }) => id === 'day')!.period?.id;
    const winDay = async (userId: string) => {
      const day = await current();
      await raise(site.url, { [userId]: 500 });
      await endDay();
      await eventually(async () => expect(await current()).not.toBe(day));
    };

    it('says how many in a row the winner has won', async () => {
      const winners = async () => {
        const { page } = await site.open({}, '/?board=day');
        const line = page.locator('[data-winners]');
        await line.locator('[data-winner]').first().waitFor();
        return line.textContent();
      };
      await winDay('fay');
      expect(await winners()).toMatch(/^Yesterday:fay(?!\d| in)/);
      await winDay('fay');
      expect(await winners()).toMatch(/^Yesterday:fay2 in a row/);
    });
  });
});
