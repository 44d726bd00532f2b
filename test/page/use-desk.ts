import { sign } from 'jsonwebtoken';
import type { Page } from 'playwright-core';
import { eventually } from '../support';
import { JWT_SECRET, type Visitor, type VisitOptions } from './browser';
import { type PageUnderTest, usePage } from './use-page';

/** A token of an operator. */
export const operatorToken = (sub: string, { expiresIn = 600, scope = 'scores:admin' } = {}): string => sign({ sub, scope }, JWT_SECRET, { expiresIn });

/** Starts a standalone with the desk, and a browser. */
export interface DeskUnderTest extends PageUnderTest {
  /** Opens the desk and signs in. Closed after the test. */
  enter(token: string, options?: VisitOptions): Promise<Visitor>;
  /** A request with an operator's token; resolves with the body. */
  call<T>(path: string, body?: unknown, method?: string): Promise<T>;
}

export function useDesk(settings: NodeJS.ProcessEnv = {}): DeskUnderTest {
  const site = usePage(settings);
  return Object.assign(Object.create(site) as PageUnderTest, {
    async enter(token: string, options?: VisitOptions) {
      const visitor = await site.visit(options, '/admin');
      await signIn(visitor.page, token);
      return visitor;
    },
    async call<T>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<T> {
      const headers = { 'authorization': `Bearer ${operatorToken('test')}`, 'content-type': 'application/json' };
      const response = await fetch(site.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.text().then((text) => text && JSON.parse(text))) as T;
    },
  });
}

const dialog = (page: Page) => page.locator('dialog[open]');

export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token with the scope').fill(token);
  await page.getByRole('dialog', { name: 'Sign in' }).getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('dialog', { name: 'Sign in' }).waitFor({ state: 'hidden' });
}

/** Finds a player and waits for the places. */
export async function findPlayer(page: Page, userId: string): Promise<void> {
  await page.getByLabel('User id').fill(userId);
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('heading', { name: userId, exact: true }).waitFor();
}

/** Gives the reason in the open dialog, and confirms. */
export async function confirm(page: Page, verb: string, reason?: string): Promise<void> {
  if (reason !== undefined) await dialog(page).getByLabel('Reason').fill(reason);
  await dialog(page).getByRole('button', { name: verb, exact: true }).click();
}

export const outcome = (page: Page, text: string): Promise<void> => page.getByRole('status').filter({ hasText: text }).waitFor();

export const boardRow = (page: Page, board: string, place: string): Promise<void> => page.getByRole('row', { name: `${board} ${place}` }).waitFor();

/** Waits until the history of a user has these increments, in any order: what is reversed together may be in either. */
export const waitForHistory = (desk: DeskUnderTest, userId: string, increments: readonly number[]): Promise<void> =>
  eventually(async () => {
    const { items } = await desk.call<{ items: { scoreIncrement: number }[] }>(`/api/scores/users/${userId}/history`);
    expect(items.map(({ scoreIncrement }) => scoreIncrement).sort((a, b) => a - b)).toEqual([...increments].sort((a, b) => a - b));
  });

/** Waits until the rules judge: they begin with what comes after their first look. */
export const waitForJudge = (desk: DeskUnderTest): Promise<void> =>
  eventually(async () => {
    const { items } = await desk.call<{ items: { consumer: string; isRunning: boolean }[] }>('/api/operator/consumers');
    expect(items).toContainEqual(expect.objectContaining({ consumer: 'flag-rules', isRunning: true }));
  });
