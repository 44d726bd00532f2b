import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, say } from './setup.mjs';

const COLOR_SCHEMES = ['light', 'dark'];
const HEIGHTS = { 320: 640, 768: 1_024, 1280: 800, 3840: 2_160 };
const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh'];
const PAGES = { 'board': '/', 'board-week': '/?board=week', 'places': '/?from=11', 'search': '/?name=zo', 'player': '/players/long-name', 'embed': '/embed?count=5' };
const DESK_VIEWS = ['player', 'flags', 'hidden', 'audit', 'letters', 'consumers', 'boards', 'clients', 'health'];
const NAMES = { 'long-name': 'Zoë Wilhelmina von und zu Hohenlohe-Ings', 'zora': 'زورا من بغداد', 'zola': 'Zola', 'zoom': 'ゾーイ・東京', 'zoe': 'ZOE & <co>' };

/** Settings of the standalone that the pictures need: a rule that marks two updates of one player. */
export function settingsOfAll(folder) {
  const FLAG_RULES_FILE = join(folder, 'flag-rules.json');
  writeFileSync(FLAG_RULES_FILE, '[{ "id": "burst", "kind": "rate", "seconds": 60, "maxUpdates": 1, "weight": 3 }]');
  return { FLAG_RULES_FILE, PLAYER_PAGES: 'activity', RATE_LIMIT_READS: '0' };
}

/** Takes a picture of every page and view of the desk, in every width, theme and language, into `folder`. `call` sends a request with all scopes. */
export async function takeAll({ browser, url, token, call, folder }) {
  mkdirSync(resolve(folder), { recursive: true });
  await fill(call);
  const looks = COLOR_SCHEMES.flatMap((colorScheme) => ['desk', ...LANGUAGES].map((part) => ({ colorScheme, part })));
  for (const [i, { colorScheme, part }] of looks.entries()) {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' });
    const page = await context.newPage();
    const keep = async (name, look) => {
      for (const [width, height] of Object.entries(HEIGHTS)) {
        await page.setViewportSize({ width: Number(width), height });
        // A wall display shows one screen; the rest of it would be huge.
        await page.screenshot({ path: join(folder, `${name}-${look}-${colorScheme}-${width}.png`), fullPage: Number(width) < 3_840 });
      }
    };
    if (part === 'desk') await takeDesk(page, url, token, keep);
    else await takePages(page, url, part, keep);
    await context.close();
    say(`${i + 1} of ${looks.length}: ${part}, ${colorScheme}`);
  }
  say(`All pictures are in ${resolve(folder)}.`);
}

async function takePages(page, url, language, keep) {
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(`${url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
    if (name !== 'player') await page.locator('[data-state=live]').waitFor();
    await keep(name, language);
  }
}

async function takeDesk(page, url, token, keep) {
  await page.goto(`${url}/admin`);
  await keep('desk-sign-in', 'en');
  await page.getByLabel('Token with the scope').fill(token);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('User id').fill('zola');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('table', { name: 'History' }).locator('tbody tr').first().waitFor();
  for (const view of DESK_VIEWS) {
    await page.locator(`nav a[href="#${view}"]`).click();
    await page.locator(`[data-view=${view}]`).waitFor();
    await page.waitForLoadState('networkidle');
    await keep(`desk-${view}`, 'en');
  }
}

/** Players enough for a second page, some with names that are long or from right to left, a hidden one, and a flag. */
async function fill(call) {
  const scores = Object.fromEntries([...Object.keys(NAMES), ...Array.from({ length: 120 }, (_, i) => `player-${i + 1}`)].map((userId, i) => [userId, 9_990 - 37 * i]));
  await call('POST', '/api/scores/updates', { updates: Object.entries(scores).map(([userId, scoreIncrement]) => ({ userId, scoreIncrement })) });
  for (const [userId, name] of Object.entries(NAMES)) await call('PUT', `/api/users/${userId}/profile`, { name });
  await until(async () => (await call('GET', '/api/operator/consumers')).items.some(({ consumer, isRunning }) => consumer === 'flag-rules' && isRunning));
  for (let i = 0; i < 2; i++) await call('POST', '/api/scores/update', { userId: 'zola', scoreIncrement: 5 });
  await call('PUT', '/api/moderation/hidden/player-9', { reason: 'An offensive name, reported by three players' });
  await until(async () => (await call('GET', '/api/moderation/flags')).items.length > 0);
  await until(async () => (await call('GET', '/api/boards/global/players?name=zo')).length > 2);
}

async function until(isReached) {
  for (const end = Date.now() + 60_000; !(await isReached()); await new Promise((done) => setTimeout(done, 200))) if (Date.now() > end) fail('What the pictures show was not there within a minute.');
}
