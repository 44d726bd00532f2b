import { freePort, type RoleProcess } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, pageWithFrame, PATIENCE_MS, raise, startWebsite } from './browser';
import { operatorToken } from './use-desk';

const PLAYERS = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`player-${i + 1}`, 1_000 - i]));
const NAMES = { 'player-20': 'Zoë', 'player-110': 'ZOE & co' };

describeWith('TEST_FIREFOX', 'the page in Firefox', () => {
  let role: RoleProcess;
  let browser: Browser;
  let websitePort: number;
  const complaints: string[] = [];

  beforeAll(async () => {
    websitePort = await freePort();
    const settings = { JWT_SECRET, CORS_ORIGINS: `http://127.0.0.1:${websitePort}`, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', PLAYER_PAGES: 'activity' };
    role = await startStandalone(settings, { readyWithinMs: PATIENCE_MS });
    await raise(role.url, PLAYERS);
    const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${sign({ sub: 'website', scope: 'profiles:write:any' }, JWT_SECRET, { expiresIn: 600 })}` };
    for (const [userId, name] of Object.entries(NAMES)) await fetch(`${role.url}/api/users/${userId}/profile`, { method: 'PUT', headers, body: JSON.stringify({ name }) });
    await eventually(async () => expect(await (await fetch(`${role.url}/api/boards/global/players?name=zo`)).json()).toHaveLength(2));
    await eventually(async () => expect(await (await fetch(`${role.url}/api/boards`)).json()).toHaveLength(4));
    browser = await launch({ browser: 'firefox', executablePath: process.env.TEST_FIREFOX, headless: true });
  });
  afterEach(async () => {
    for (const context of browser.browserContexts()) if (context !== browser.defaultBrowserContext()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await role?.kill();
  });

  /** Opens `url` as a new visitor. An error or warning of it, or of its policy, fails the test. */
  async function visit(url: string): Promise<Page> {
    const page = await (await browser.createBrowserContext()).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
    await page.goto(url);
    return page;
  }
  async function open(path = '/'): Promise<Page> {
    const page = await visit(role.url + path);
    await page.waitForSelector('[role=status][data-state=live]');
    return page;
  }
  const textOf = (page: Page, selector: string): Promise<string> => page.$eval(selector, (element) => element.textContent!.replace(/\s+/g, ' ').trim());
  /** Each row as a person reads it. */
  const rowsOf = (page: Page, rows: string): Promise<string[]> => page.$$eval(rows, (all) => all.map((row) => (row as unknown as { innerText: string }).innerText.replace(/\s+/g, ' ').trim()));
  const waitForText = (page: Page, selector: string, text: RegExp): Promise<void> => eventually(async () => expect(await textOf(page, selector)).toMatch(text));

  it('allows no picture from elsewhere, which this suite would see as a complaint', async () => {
    const page = await open();
    await page.evaluate(`document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/a.png' }))`);
    await eventually(() => expect(complaints).toEqual([expect.stringContaining('img-src')]));
    complaints.length = 0;
  });

  it('is live, and moves a row up within a second of the update', async () => {
    const page = await open();
    expect(await textOf(page, '[role=status]')).toBe('Live');
    await page.waitForSelector('tbody tr:nth-child(9)[data-user=player-9]');
    await raise(role.url, { 'player-9': 500 });
    await page.waitForSelector('tbody tr:nth-child(1)[data-user=player-9][data-score="1492"][data-moved=up]', { timeout: 1_000 });
    expect(await page.$$eval('tbody tr', (rows) => rows.map(({ dataset }) => `${dataset.rank} ${dataset.user}`))).toEqual(['1 player-9', ...[1, 2, 3, 4, 5, 6, 7, 8, 10].map((n, i) => `${i + 2} player-${n}`)]);
  });

  it('lets a visitor play as a guest, who sees the own row and can take a name', async () => {
    const page = await open();
    await page.click('[data-try]');
    await waitForText(page, '[data-me]', /^You: 1 point, rank 121$/);
    await page.waitForSelector('tfoot tr[aria-current=true]');
    expect((await rowsOf(page, 'tfoot tr[aria-current=true]'))[0]).toMatch(/^121 guest-\S+ 1$/);
    await page.click('[data-try]');
    await waitForText(page, '[data-me]', /^You: 2 points, rank 121$/);
    await page.click('summary');
    await page.locator('#name').fill('Vera Firefox');
    await page.click('[data-name] button');
    await waitForText(page, 'tfoot tr[aria-current=true] bdi', /^Vera Firefox$/);
  });

  it('changes the board by its tabs, without a reload', async () => {
    const page = await open();
    await page.evaluate('window.isFirstLoad = true');
    await page.click('[data-tab=week]');
    await page.waitForSelector('[data-tab=week][aria-selected=true]');
    await waitForText(page, '[data-left]', /^Resets in \d/);
    await page.waitForSelector('tbody tr[data-user=player-1]');
    expect([new URL(page.url()).search, await page.evaluate('isFirstLoad')]).toEqual(['?board=week', true]);
    await page.goBack();
    await page.waitForSelector('[data-tab=global][aria-selected=true]');
  });

  it('finds a player by name, and leads from page to page of the places, without a reload', async () => {
    const page = await open();
    await page.evaluate('window.isFirstLoad = true');
    await page.locator('#find').fill('zo');
    await page.keyboard.press('Enter');
    await waitForText(page, '[data-list] h3', /^Names that begin with “zo”$/);
    expect(await rowsOf(page, '[data-list] tbody tr')).toEqual(['20 Zoë 981', '110 ZOE & co 891']);
    await page.click('[data-list] nav a');
    await waitForText(page, '[data-list] h3', /^Places 11 to 100$/);
    await page.click('[data-list] a[rel=next]');
    await waitForText(page, '[data-list] h3', /^Places 101 to 12\d$/);
    expect([new URL(page.url()).search, await page.evaluate('isFirstLoad')]).toEqual(['?from=101', true]);
    await page.goBack();
    await waitForText(page, '[data-list] h3', /^Places 11 to 100$/);
    expect(await rowsOf(await open('/?name=zoe%20%26'), '[data-list] tbody tr')).toEqual(['110 ZOE & co 891']);
    expect(await rowsOf(await open('/?from=11'), '[data-list] tbody tr')).toHaveLength(90);
  });

  it('is mirrored in Arabic', async () => {
    const page = await open('/?lang=ar');
    const xOf = async (selector: string) => (await (await page.waitForSelector(selector))!.boundingBox())!.x;
    expect(await xOf('tbody td:first-child')).toBeGreaterThan(await xOf('tbody td:last-child'));
    expect(await xOf('header h1')).toBeGreaterThan(await xOf('[role=status]'));
    expect(await textOf(page, '[data-try]')).toMatch(/^\p{Script=Arabic}/u);
  });

  it('shows the page of a player with the places and the points over time', async () => {
    const page = await open();
    await page.click('tbody [data-user=player-1] a');
    await waitForText(page, 'h1', /^player-1$/);
    expect(await textOf(page, 'section table tbody tr')).toMatch(/^All time ?Rank \d of 12\d ?1,000$/);
    expect(await page.$$eval('section table[aria-labelledby=places] tbody tr', (rows) => rows.length)).toBe(4);
    expect((await (await page.waitForSelector('svg'))!.boundingBox())!.height).toBeGreaterThan(50);
  });

  it.each([
    ['the board in a frame', 'player-10', () => pageWithFrame(`${role.url}/embed?count=3&title=Friday`)],
    ['<score-board>', 'player-12', () => `<score-board count="3"></score-board><script src="${role.url}/client/v1.js"></script>`],
  ])('shows %s live on another website', async (_what, winner, content) => {
    const website = await startWebsite(websitePort, content());
    try {
      const page = await visit(website.url);
      const frame = await (await page.$('iframe'))?.contentFrame();
      const board = frame ? await frame.waitForSelector('body') : await page.waitForSelector('score-board');
      const find = frame ? '' : '>>> ';
      await board!.waitForSelector(`${find}[role=status][data-state=live]`);
      await board!.waitForSelector(`${find}tbody tr[data-rank="3"]`);
      await raise(role.url, { [winner]: 1_000 });
      await board!.waitForSelector(`${find}tbody tr[data-user=${winner}]`);
      expect(await board!.$$(`${find}tbody tr`)).toHaveLength(3);
    } finally {
      website.close();
    }
  });

  it('signs an operator in to the desk with a pasted token, and shows health there', async () => {
    const page = await visit(`${role.url}/admin`);
    await page.locator('#token').fill(operatorToken('mod-1'));
    await page.click('[data-sign-in] footer button');
    await waitForText(page, '[data-session]', /mod-1/);
    await page.click('nav a[href="#health"]');
    await waitForText(page, '[data-state-of]', /^This process is ready\./);
    await page.waitForSelector('[data-pictures] svg');
    await page.click('nav a[href="#player"]');
    await page.locator('#user-id').fill('player-1');
    await page.click('[data-find] button');
    await waitForText(page, '[data-places]', /global/);
  });
});
