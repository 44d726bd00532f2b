import { describeWith } from '../support';
import { raise } from './browser';
import { boardRow, confirm, findPlayer, operatorToken, outcome, signIn, useDesk, waitForHistory } from './use-desk';

describeWith('TEST_CHROMIUM', 'the desk', () => {
  const desk = useDesk();

  it('refuses a token that is not valid or has not the scope, and says why', async () => {
    const { page } = await desk.visit({}, '/admin');
    const attempt = async (token: string, why: RegExp) => {
      await page.getByLabel('Token with the scope').fill(token);
      await page.getByRole('button', { name: 'Sign in', exact: true }).last().click();
      await page.locator('#token-problem').filter({ hasText: why }).waitFor();
    };
    await attempt('not a token', /visible ASCII characters/);
    await attempt('abc', /token/i);
    await attempt(operatorToken('ann', { scope: 'scores:write' }), /scores:admin/);
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    await signIn(page, operatorToken('mod-1'));
    await page.getByRole('navigation', { name: 'Desk' }).waitFor();
  });

  it('keeps the token in the session storage of its tab, sends it in a header only, and forgets it after signing out', async () => {
    const token = operatorToken('mod-1');
    const { page, requests, context, complaints } = await desk.enter(token);
    await page.getByText(/^mod-1 · token expires in (9|10) min$/).waitFor();
    await page.getByRole('link', { name: 'Hidden users' }).click();
    await page.getByText('Nobody is hidden.').waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie + location.href')).not.toContain(token);
    expect(requests.filter((url) => url.includes(token))).toEqual([]);
    expect(requests.filter((url) => new URL(url).origin !== desk.url)).toEqual([]);
    expect(complaints).toEqual([]);
    const other = await context.newPage();
    await other.goto(`${desk.url}/admin`);
    await other.getByRole('dialog', { name: 'Sign in' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(token);
  });

  it('shows a player with name, places on all boards, and the history in pages', async () => {
    await raise(desk.url, { ben: 90, ann: 7 });
    for (let i = 1; i <= 30; i++) await raise(desk.url, { ann: 1 });
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'ann');
    await boardRow(page, 'global', '37 2 of 2');
    await boardRow(page, 'week', '37 2 of 2');
    const rows = page.getByRole('table', { name: 'History' }).locator('tbody tr');
    await rows.nth(24).waitFor();
    expect(await rows.count()).toBe(25);
    await page.locator('[data-history]').getByRole('button', { name: 'Show more' }).click();
    await rows.nth(30).waitFor();
    await page.locator('[data-history]').getByRole('button', { name: 'Show more' }).waitFor({ state: 'hidden' });
    await page.getByText('+7').waitFor();
    await findPlayer(page, 'nobody');
    await page.getByText('The player has no points, or does not exist.').waitFor();
    expect(await rows.count()).toBe(0);
  });

  it('hides a player with a reason, lists who is hidden, why and by whom, and shows the player again', async () => {
    await raise(desk.url, { cid: 50 });
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'cid');
    await page.getByRole('button', { name: 'Hide…' }).click();
    await confirm(page, 'Hide'); // without a reason nothing happens
    expect(await page.getByRole('dialog', { name: 'Hide cid?' }).isVisible()).toBe(true);
    await confirm(page, 'Hide', 'a <b>bot</b>');
    await outcome(page, 'cid is hidden.');
    await boardRow(page, 'global', '50 Hidden');
    await page.getByRole('link', { name: 'Hidden users' }).click();
    await page.getByRole('row', { name: /^cid .* a <b>bot<\/b> mod-1/ }).waitFor();
    await page.getByRole('button', { name: 'Show again… cid' }).click();
    await confirm(page, 'Show again', 'a person');
    await outcome(page, 'cid is shown again.');
    await page.getByText('Nobody is hidden.').waitFor();
  });

  it('finds players by name, hidden ones too, and what was found is still there after a reload', async () => {
    await raise(desk.url, { gil: 5, gwen: 6 });
    const services = { authorization: `Bearer ${operatorToken('website', { scope: 'profiles:write:any' })}`, 'content-type': 'application/json' };
    for (const [userId, name] of [['gil', 'Éva <b>'], ['gwen', 'EVA G']] as const) {
      await fetch(`${desk.url}/api/users/${userId}/profile`, { method: 'PUT', headers: services, body: JSON.stringify({ name }) });
    }
    await desk.call('/api/moderation/hidden/gil', { reason: 'a bot' }, 'PUT');
    const { page } = await desk.enter(operatorToken('mod-1'));
    const search = async (name: string) => {
      await page.getByLabel('Or the beginning of the name').fill(name);
      await page.keyboard.press('Enter');
    };
    await search('e');
    await page.getByText('name must be the first 2 to 40 characters of a name').waitFor();
    await search('zzz');
    await page.getByText('Nobody has a name that begins so.').waitFor();
    await search('eva');
    const found = page.getByRole('table', { name: 'Users whose name begins so' });
    await found.getByRole('row', { name: 'EVA G gwen' }).waitFor();
    await found.getByRole('row', { name: 'Éva <b> gil' }).getByRole('button', { name: 'Open gil' }).click();
    await boardRow(page, 'global', '5 Hidden');
    await page.reload();
    await found.getByRole('row', { name: 'EVA G gwen' }).waitFor();
    await page.getByRole('heading', { name: 'gil', exact: true }).waitFor();
    await desk.call('/api/moderation/hidden/gil', { reason: 'a person' }, 'DELETE');
  });

  it('shows a name as text, and takes it away', async () => {
    const name = '<img src=x onerror=alert(1)>';
    await raise(desk.url, { dan: 5 });
    const services = { authorization: `Bearer ${operatorToken('website', { scope: 'profiles:write:any' })}`, 'content-type': 'application/json' };
    const saved = await fetch(`${desk.url}/api/users/dan/profile`, { method: 'PUT', headers: services, body: JSON.stringify({ name }) });
    expect(saved.status).toBe(204);
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'dan');
    await page.getByText(name, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take the name away…' }).click();
    await confirm(page, 'Take the name', 'offensive');
    await outcome(page, 'The name of dan is taken away.');
    await page.getByText(name, { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Allow a name…' }).click();
    await confirm(page, 'Allow a name', 'apologized');
    await outcome(page, 'dan may have a name again.');
  });

  it('reverses one update after a preview', async () => {
    await raise(desk.url, { eva: 20 });
    await raise(desk.url, { eva: 3 });
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'eva');
    await page.getByRole('row', { name: /\+20/ }).getByRole('button', { name: /^Reverse/ }).click();
    await page.getByText('This takes back 1 update with 20 points.').waitFor();
    await confirm(page, 'Reverse', 'a mistake');
    await outcome(page, 'Reversed 1 update with 20 points.');
    await waitForHistory(desk, 'eva', [-20, 3, 20]);
    await page.getByRole('row', { name: /\+20/ }).getByRole('button', { name: /^Reverse/ }).click();
    await page.getByText('There is nothing to reverse').waitFor();
    expect(await page.getByRole('button', { name: 'Reverse', exact: true }).isDisabled()).toBe(true);
  });

  it('reverses all updates of a player in a time, after a preview that changes nothing', async () => {
    await raise(desk.url, { fay: 11 });
    await raise(desk.url, { fay: 4 });
    const { page } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'fay');
    await page.getByRole('textbox', { name: 'From', exact: true }).fill('2020-01-01T00:00:00');
    await page.getByRole('textbox', { name: 'To', exact: true }).fill('2020-01-02T00:00:00');
    await page.getByRole('button', { name: 'Preview…' }).click();
    await page.getByText('There is nothing to reverse').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('textbox', { name: 'To', exact: true }).fill('');
    await page.getByRole('button', { name: 'Preview…' }).click();
    await page.getByText('This takes back 2 updates with 15 points.').waitFor();
    await waitForHistory(desk, 'fay', [4, 11]);
    await confirm(page, 'Reverse', 'a bot');
    await outcome(page, 'Reversed 2 updates with 15 points.');
    await waitForHistory(desk, 'fay', [-11, -4, 4, 11]);
  });
});
