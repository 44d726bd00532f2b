import { describeWith } from '../support';
import { raise } from './browser';
import { setAsideIn } from './set-aside';
import { confirm, findPlayer, operatorToken, outcome, useDesk } from './use-desk';

const MAX = Number.MAX_SAFE_INTEGER;

describeWith(['TEST_CHROMIUM', 'TEST_DATABASE_URL'], 'the desk, for the operator of the service', () => {
  const desk = useDesk({ MAX_SCORE_INCREMENT: String(MAX) });
  /** Updates that can never be applied: the totals would be too high. */
  const makeLetters = async (...users: string[]) => {
    for (const userId of users) {
      await raise(desk.url, { [userId]: MAX });
      await raise(desk.url, { [userId]: 1 }).catch(() => undefined);
    }
  };

  it('shows the audit trail with filters, and that of one player', async () => {
    for (const userId of ['ann', 'bob']) await desk.call(`/api/moderation/hidden/${userId}`, { reason: `hides ${userId}` }, 'PUT');
    const { page, complaints } = await desk.enter(operatorToken('mod-1'));
    await findPlayer(page, 'ann');
    await page.getByRole('button', { name: 'Audit trail' }).click();
    const rows = page.getByRole('table', { name: 'Audit trail' }).locator('tbody tr');
    await page.getByRole('row', { name: /hide test ann hides ann .*127\.0\.0\.1/ }).waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('row', { name: /hide test bob/ }).waitFor();
    await page.getByLabel('By').fill('nobody');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('No entries.').waitFor();
    await page.getByLabel('By').fill('');
    await page.getByRole('textbox', { name: 'From', exact: true }).fill('2020-01-01T00:00:00');
    await page.getByRole('combobox', { name: 'Act' }).fill('hide');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('row', { name: /hide test bob/ }).waitFor();
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('replays a dead letter, and drops the others only after the word was typed', async () => {
    await makeLetters('cid', 'dan');
    const { page } = await desk.enter(operatorToken('mod-1'));
    await page.getByRole('link', { name: 'Dead letters' }).click();
    await page.getByText('2 dead letters.').waitFor();
    const rows = page.getByRole('table', { name: 'Dead letters' }).locator('tbody tr');
    await rows.first().getByText('Show').click();
    await rows.first().getByText('"userId":"cid"').waitFor();
    await rows.first().getByRole('button', { name: /^Replay/ }).click();
    await page.getByText('1 dead letter will be queued again; each update counts once.').waitFor();
    await confirm(page, 'Replay');
    await outcome(page, '1 dead letter queued again.');
    await desk.call('/api/operator/dead-letters');
    await page.getByRole('button', { name: 'Drop all…' }).click();
    await page.getByText(/will be deleted permanently/).waitFor();
    await page.getByLabel('Type drop to confirm').fill('yes');
    await confirm(page, 'Drop');
    await page.getByText('Type drop exactly.').waitFor();
    await page.getByLabel('Type drop to confirm').fill('drop');
    await confirm(page, 'Drop');
    await outcome(page, 'dropped.');
    await page.getByText('No dead letters.').waitFor();
  });

  it('drops nothing if another number would be dropped than the operator has seen', async () => {
    await makeLetters('eva');
    const { page } = await desk.enter(operatorToken('mod-1'));
    await page.getByRole('link', { name: 'Dead letters' }).click();
    await page.getByRole('button', { name: 'Drop all…' }).click();
    await page.getByText('1 dead letter will be deleted permanently.').waitFor();
    await makeLetters('fay');
    await page.getByLabel('Type drop to confirm').fill('drop');
    await confirm(page, 'Drop');
    await page.getByText('expected is 1, but it would be 2 now. Nothing was dropped.').waitFor();
    expect(await desk.call('/api/operator/dead-letters')).toMatchObject({ total: 2 });
  });

  it('shows the consumers, and retries and drops what they set aside', async () => {
    await setAsideIn(desk.databaseUrl!, 'webhook:shop', [1, 2]);
    const { page } = await desk.enter(operatorToken('mod-1'));
    await page.getByRole('link', { name: 'Consumers' }).click();
    await page.getByRole('row', { name: /webhook:shop not running 2-2 no failure 2/ }).getByRole('button').click();
    await page.getByRole('heading', { name: 'Set aside by webhook:shop' }).waitFor();
    await page.getByRole('row', { name: /^2-1 score\.applied/ }).getByRole('button', { name: /^Retry/ }).click();
    await confirm(page, 'Retry');
    await outcome(page, '1 event will be tried again.');
    await page.getByRole('row', { name: /^2-1 score\.applied .* will be tried again/ }).waitFor();
    await page.getByRole('button', { name: /^Drop all/ }).click();
    await page.getByText('2 events will be deleted permanently.').waitFor();
    await page.getByLabel('Type drop to confirm').fill('drop');
    await confirm(page, 'Drop');
    await outcome(page, '2 events dropped.');
    await page.getByText('It set no events aside.').waitFor();
  });

  it('shows boards with their periods, clients, and the health and rates of its process', async () => {
    const { page } = await desk.enter(operatorToken('mod-1'));
    await page.getByRole('link', { name: 'Boards' }).click();
    await page.getByRole('row', { name: /^week weekly/ }).getByRole('button').click();
    await page.getByRole('heading', { name: 'Periods of week' }).waitFor();
    await page.getByRole('table', { name: 'Periods' }).getByRole('row', { name: /^\d{4}-W\d\d .* not closed$/ }).waitFor();
    await page.getByRole('link', { name: 'Clients' }).click();
    await page.getByText('No clients.').waitFor();
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByText('This process is ready.').waitFor();
    await page.getByText('database: up').waitFor();
    await page.getByText(/^Events missing from the leaderboard 0$/).waitFor();
    await page.getByText(/^Requests per second [\d.,]+$/).waitFor();
  });
});
