import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { raise } from './browser';
import { confirm, findPlayer, operatorToken, outcome, signIn, useDesk, waitForHistory } from './use-desk';

/** From now on, the next matching request reaches the server, but its answer does not reach the page. */
async function hold(page: Page, path: string, only: (body: string) => boolean = () => true): Promise<{ readonly isHeld: () => boolean; release(): void }> {
  let isHeld = false;
  let release = () => undefined as void;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**${path}`, async (route) => {
    if (isHeld || !only(route.request().postData() ?? '')) return route.continue();
    isHeld = true;
    const { method, headers, postData } = { method: route.request().method(), headers: route.request().headers(), postData: route.request().postData() };
    // The server gets it, the page does not get the answer.
    await fetch(route.request().url(), { method, headers: { 'authorization': headers.authorization!, 'content-type': 'application/json' }, body: postData });
    await released;
    await route.abort().catch(() => undefined);
  });
  return { isHeld: () => isHeld, release };
}

describeWith('TEST_CHROMIUM', 'the desk, when something comes in between', () => {
  const desk = useDesk();

  it('reverses once if two operators confirm the same preview, and tells the second one', async () => {
    await raise(desk.url, { gus: 10 });
    await raise(desk.url, { gus: 6 });
    const operators = await Promise.all(['mod-1', 'mod-2'].map((name) => desk.enter(operatorToken(name))));
    for (const { page } of operators) {
      await findPlayer(page, 'gus');
      await page.getByRole('button', { name: 'Preview…' }).click();
      await page.getByText('This takes back 2 updates with 16 points.').waitFor();
    }
    await Promise.all(operators.map(({ page }) => confirm(page, 'Reverse', 'a bot')));
    for (const { page } of operators) await outcome(page, 'Reversed');
    const outcomes = await Promise.all(operators.map(({ page }) => page.getByRole('status').textContent()));
    const reversed = outcomes.map((text) => Number(/^Reversed (\d+)/.exec(text!)![1]));
    expect(reversed.reduce((sum, count) => sum + count)).toBe(2);
    for (const [i, text] of outcomes.entries()) expect(text!.includes('something changed in between')).toBe(reversed[i] !== 2);
    await waitForHistory(desk, 'gus', [-10, -6, 6, 10]);
  });

  it('says after a reload that an act was not answered; done again it changes nothing more', async () => {
    await raise(desk.url, { hal: 30 });
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'hal');
    const held = await hold(page, '/api/moderation/reversals', (body) => body.includes('"dryRun":false'));
    await page.getByRole('button', { name: 'Preview…' }).click();
    await page.getByText('This takes back 1 update with 30 points.').waitFor();
    await confirm(page, 'Reverse', 'a bot');
    await eventually(() => expect(held.isHeld()).toBe(true));
    await waitForHistory(desk, 'hal', [-30, 30]);
    await page.reload();
    held.release();
    await page.getByRole('alert').filter({ hasText: 'Reverse the updates of hal?' }).waitFor();
    await page.getByRole('heading', { name: 'hal', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Preview…' }).click();
    await page.getByText('There is nothing to reverse').waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe('a bot');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByRole('heading', { name: 'hal', exact: true }).waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
    await waitForHistory(desk, 'hal', [-30, 30]);
  });

  it('asks for another token when this one expires, and keeps what was typed', async () => {
    await raise(desk.url, { ida: 9 });
    const { page } = await desk.enter(operatorToken('mod-1', { expiresIn: 15 }));
    await page.getByText(/token expires in \d+ s/).waitFor();
    await findPlayer(page, 'ida');
    await page.getByLabel('Action').fill('level-7');
    await page.getByRole('button', { name: 'Hide…' }).click();
    await page.getByLabel('Reason').fill('a long explanation');
    await page.getByRole('dialog', { name: 'Sign in' }).getByText('Your token has expired. What you typed is still there.').waitFor();
    await signIn(page, operatorToken('mod-2'));
    expect(await page.getByLabel('Reason').inputValue()).toBe('a long explanation');
    await confirm(page, 'Hide');
    await outcome(page, 'ida is hidden.');
    expect(await page.getByLabel('Action').inputValue()).toBe('level-7');
    const { items } = await desk.call<{ items: { userId: string; by: string; reason: string }[] }>('/api/moderation/hidden');
    expect(items).toContainEqual(expect.objectContaining({ userId: 'ida', by: 'mod-2', reason: 'a long explanation' }));
  });

  it('changes nothing with a token that the server no longer accepts, asks for another one, and lets the operator confirm again', async () => {
    await raise(desk.url, { jan: 8 });
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'jan');
    await page.getByRole('button', { name: 'Hide…' }).click();
    await page.getByLabel('Reason').fill('a bot');
    // As after a change of keys: the signature is wrong now.
    await page.evaluate(`sessionStorage.setItem('scoreboard-desk-token', JSON.stringify(JSON.parse(sessionStorage.getItem('scoreboard-desk-token')).slice(0, -4) + 'AAAA'))`);
    await confirm(page, 'Hide');
    await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
    await signIn(page, operatorToken('mod-1'));
    await page.getByText('Nothing was changed: the token has expired.').waitFor();
    await confirm(page, 'Hide');
    await outcome(page, 'jan is hidden.');
  });
});
