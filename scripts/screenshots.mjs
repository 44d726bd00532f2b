import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { chromium } from 'playwright-core';
import { PNG } from 'pngjs';
import { settingsOfAll, takeAll } from './every-screenshot.mjs';
import { fail, root, say, setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

// The pictures of the documentation: a standalone with some players, seen by Chromium.
const FOLDER = join(root, 'docs/screenshots');
const MAX_BYTES = 150 * 1_024;
const JWT_SECRET = 'a secret for the pictures, long enough';
const SHOTS = [
  { name: 'board-light', colorScheme: 'light', viewport: { width: 1_100, height: 740 } },
  { name: 'board-dark', colorScheme: 'dark', viewport: { width: 1_100, height: 740 } },
  { name: 'board-phone', colorScheme: 'dark', viewport: { width: 390, height: 780 } },
];
const PLAYERS = { ada: 9_840, grace: 9_115, margaret: 8_270, alan: 7_450, katherine: 6_905, edsger: 6_120, barbara: 5_535, donald: 5_390, radia: 4_980, ken: 3_275 };

const [all] = wordsOrExit(
  `npm run screenshots [-- <folder>]

Takes the pictures in docs/screenshots, of a private standalone, by Chromium.

With a folder it takes others, into that folder: every page and every view of the desk, light and dark, 320, 768, 1280 and 3840 pixels wide, each page in
eight languages. These are some 460 files, such as places-ar-dark-320.png; it takes minutes.`,
  1,
);
setUp();
// Of a CommonJS module, the default is all that it exports.
const { findTool, haveTools, startRole, temporaryFolder } = (await import('../dist/tools/harness/src/index.js')).default;
const missing = await haveTools('chromium');
if (missing.chromium) fail(missing.chromium);
const settings = { DATA_DIR: temporaryFolder('screenshots'), JWT_SECRET, LOG_LEVEL: 'warn', MAX_SCORE_INCREMENT: '10000', ...(all && settingsOfAll(temporaryFolder('rules'))) };
const role = await startRole('standalone', settings, { readyWithinMs: 120_000 });
const browser = await chromium.launch({ executablePath: findTool('chromium'), chromiumSandbox: false, args: ['--disable-dev-shm-usage', '--disable-gpu'] });
try {
  if (all) await takeAll({ browser, url: role.url, token: operator(), call, folder: all });
  else await takeForDocuments();
} finally {
  await browser.close();
  await role.stop();
}

async function takeForDocuments() {
  mkdirSync(FOLDER, { recursive: true });
  for (const [userId, score] of Object.entries(PLAYERS)) await raise(userId, score);
  for (const [i, shot] of SHOTS.entries()) await take(shot, i);
  await takePlayer({ name: 'player-light', colorScheme: 'light', viewport: { width: 800, height: 780 } });
  await takeDesk({ name: 'desk-light', colorScheme: 'light', viewport: { width: 1_100, height: 820 } });
}

function operator() {
  return jwt.sign({ sub: 'operator', scope: 'scores:admin' }, JWT_SECRET, { expiresIn: 3_600 });
}

/** A request with the scopes of a website and of an operator. Returns what the answer's JSON is, if it has any. */
async function call(method, path, body) {
  const authorization = `Bearer ${jwt.sign({ sub: 'website', scope: 'scores:write:any profiles:write:any scores:admin' }, JWT_SECRET, { expiresIn: 60 })}`;
  const headers = { 'content-type': 'application/json', authorization, 'prefer': 'wait=10' };
  const response = await fetch(role.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) fail(`${method} ${path}: ${response.status} ${text}`);
  return text && JSON.parse(text);
}

async function raise(userId, scoreIncrement) {
  await call('POST', '/api/scores/update', { userId, scoreIncrement });
}

/** A moment after two players changed places, as katherine sees it. */
async function take({ name, ...look }, i) {
  const context = await browser.newContext(look);
  const player = { userId: 'katherine', token: jwt.sign({ sub: 'katherine', scope: 'scores:write' }, JWT_SECRET, { expiresIn: 60 }) };
  await context.addInitScript(`localStorage.setItem('scoreboard-guest', '${JSON.stringify(player)}')`);
  const page = await context.newPage();
  await page.goto(role.url);
  await page.locator('[data-me]').filter({ hasText: 'rank' }).waitFor();
  await raise(i % 2 ? 'donald' : 'barbara', i % 2 ? 320 : 240);
  await raise(i % 2 ? 'barbara' : 'donald', i % 2 ? 240 : 480);
  const gain = page.locator('[data-moved=up] [data-gain]');
  await gain.waitFor();
  await page.evaluate(`document.getAnimations().filter(({ id }) => id === 'glide').forEach((glide) => glide.finish())`);
  await keep(name, page);
  await context.close();
}

/** The page of grace, who shows when her points came. */
async function takePlayer({ name, ...look }) {
  const authorization = `Bearer ${jwt.sign({ sub: 'grace', scope: 'scores:write' }, JWT_SECRET, { expiresIn: 60 })}`;
  const { status } = await fetch(`${role.url}/api/users/grace/page`, { method: 'PUT', headers: { 'content-type': 'application/json', authorization }, body: '{"shows":"activity"}' });
  if (status !== 204) fail(`PUT page: ${status}`);
  const context = await browser.newContext(look);
  const page = await context.newPage();
  await page.goto(`${role.url}/players/grace`);
  await page.locator('svg').waitFor();
  await keep(name, page);
  await context.close();
}

/** The desk with ken, as an operator sees it. */
async function takeDesk({ name, ...look }) {
  const context = await browser.newContext({ ...look, locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.goto(`${role.url}/admin`);
  await page.getByLabel('Token with the scope').fill(operator());
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('User id').fill('ken');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('table', { name: 'History' }).locator('tbody tr').first().waitFor();
  await page.getByRole('table', { name: 'Places' }).locator('tbody tr').first().waitFor();
  await page.getByText('Picture').waitFor();
  await keep(name, page);
  await context.close();
}

async function keep(name, page) {
  const file = join(FOLDER, `${name}.png`);
  // Chromium compresses in haste: without its filters the flat colors of the page take half the room.
  writeFileSync(file, PNG.sync.write(PNG.sync.read(await page.screenshot()), { deflateLevel: 9, deflateStrategy: 0, filterType: 0, colorType: 2 }));
  const { size } = statSync(file);
  if (size > MAX_BYTES) fail(`${name}.png has ${size} bytes, over ${MAX_BYTES}.`);
  say(`docs/screenshots/${name}.png ${size} bytes`);
}
