import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import type { Page } from 'playwright-core';
import { describeWith, eventually } from '../support';
import { raise } from './browser';
import { type DeskUnderTest, operatorToken, outcome, useDesk, waitForHistory, waitForJudge } from './use-desk';

const FLAG_RULES_FILE = join(temporaryFolder('rules'), 'flag-rules.json');
writeFileSync(FLAG_RULES_FILE, JSON.stringify([{ id: 'rich', kind: 'rate', seconds: 3_600, maxPoints: 100, weight: 7, effect: 'hold' }]));

async function flag(desk: DeskUnderTest, userId: string): Promise<void> {
  await waitForJudge(desk);
  await raise(desk.url, { [userId]: 60 });
  await raise(desk.url, { [userId]: 50 });
  await eventually(async () => expect((await desk.call<{ items: { userId: string }[] }>('/api/moderation/flags')).items.map((item) => item.userId)).toContain(userId));
}

const row = (page: Page, userId: string) => page.getByRole('row', { name: new RegExp(`^${userId} `) });
const isOnBoard = async (desk: DeskUnderTest, userId: string) => (await desk.call<{ userId: string }[]>('/api/scores/top')).some((entry) => entry.userId === userId);

describeWith('TEST_CHROMIUM', 'the review of suspicious points at the desk', () => {
  const desk = useDesk({ FLAG_RULES_FILE });
  const review = async (name = 'mod-1') => {
    const { page, complaints } = await desk.enter(operatorToken(name));
    await page.getByRole('link', { name: 'Review' }).click();
    return { page, complaints };
  };

  it('shows what waits, clears it with one click, and undoes that with another', async () => {
    await flag(desk, 'ann');
    const { page, complaints } = await review();
    await row(page, 'ann').filter({ hasText: 'rich 110 points within 3,600 s (at most 100) · held: on no board' }).filter({ hasText: '1 update, 50 points' }).waitFor();
    await page.getByRole('button', { name: 'Clear ann, rich' }).click();
    await outcome(page, 'The flag rich of ann is cleared.');
    await row(page, 'ann').waitFor({ state: 'detached' });
    expect(await isOnBoard(desk, 'ann')).toBe(true);
    await page.getByRole('button', { name: 'Undo ann, rich' }).click();
    await outcome(page, 'The flag rich of ann is open again.');
    await row(page, 'ann').waitFor();
    expect(await isOnBoard(desk, 'ann')).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('takes the points back with one click, and brings them back with another', async () => {
    await flag(desk, 'bob');
    const { page } = await review();
    await page.getByRole('button', { name: 'Take back bob, rich' }).click();
    await outcome(page, 'Took back 1 update with 50 points of bob.');
    await waitForHistory(desk, 'bob', [-50, 50, 60]);
    await page.getByRole('button', { name: 'Undo bob, rich' }).click();
    await outcome(page, 'The flag rich of bob is open again. 1 update with 50 points came back.');
    await waitForHistory(desk, 'bob', [-50, 50, 50, 60]);
  });

  it('says who was faster, and opens the player', async () => {
    await flag(desk, 'cid');
    const [{ page: first }, { page: second }] = await Promise.all([review('mod-1'), review('mod-2')]);
    await Promise.all([row(first, 'cid').waitFor(), row(second, 'cid').waitFor()]);
    await first.getByRole('button', { name: 'Take back cid, rich' }).click();
    await outcome(first, 'Took back');
    await second.getByRole('button', { name: 'Clear cid, rich' }).click();
    await outcome(second, 'The flag was confirmed, and its points were taken back by mod-1');
    await flag(desk, 'dan');
    await second.getByRole('link', { name: 'Hidden users' }).click();
    await second.getByRole('link', { name: 'Review' }).click();
    await second.getByRole('button', { name: 'Open dan, rich' }).click();
    await second.getByRole('heading', { name: 'dan', exact: true }).waitFor();
  });
});
