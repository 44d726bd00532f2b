import type { RoleProcess } from '@scoreboard/harness';
import type { Browser } from 'playwright-core';
import { describeWith, eventually, startStandalone } from '../support';
import { JWT_SECRET, launch, PATIENCE_MS, raise, visit, waitForState } from './browser';

let role: RoleProcess;

beforeAll(async () => {
  role = await startStandalone({ JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' }, { readyWithinMs: PATIENCE_MS });
  await raise(role.url, { ann: 900, bob: 800 });
});
afterAll(() => role?.kill());

describe('the page in the language of the visitor', () => {
  const get = async (path: string, language?: string) => {
    const answer = await fetch(role.url + path, { headers: language === undefined ? {} : { 'accept-language': language } });
    return { status: answer.status, language: answer.headers.get('content-language'), vary: answer.headers.get('vary'), html: await answer.text() };
  };

  it('follows the browser or ?lang=, and says so to caches and screen readers', async () => {
    const german = await get('/', 'de-CH,de;q=0.9');
    expect(german).toMatchObject({ language: 'de', vary: expect.stringContaining('Accept-Language') });
    expect(german.html).toContain('<html lang="de"');
    expect(german.html).toContain('>Punkt holen<');
    // The boards may not be known in the first moment after a start.
    await eventually(async () => expect((await get('/', 'de')).html).toContain('>Gesamt</a>'));
    expect((await get('/?lang=fr', 'de')).html).toContain('>Gagner un point<');
    expect((await get('/?lang=xx')).html).toContain('>Earn a point<');
    expect((await get('/?lang=ar')).html).toContain('<html lang="ar" dir="rtl"');
  });

  it('has its texts without scripts too, and leaves no place of a text empty', async () => {
    for (const language of ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh']) {
      for (const path of ['/', '/embed']) {
        const { html } = await get(`${path}?lang=${language}`);
        expect(html).toContain('data-user="ann"');
        expect(html.replace(/<script type="application\/json".*<\/script>/, '')).not.toMatch(/\{\w+\}|undefined/);
      }
    }
  });

  it('refuses a language that the frame does not have', async () => {
    const { status, html } = await get('/embed?lang=xx');
    expect([status, JSON.parse(html)]).toEqual([400, expect.objectContaining({ errors: [{ path: 'lang', message: 'must be one of en, ar, de, es, fr, ja, pt, zh' }] })]);
  });
});

describeWith('TEST_CHROMIUM', 'the page in the language of the visitor, in a browser', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launch()));
  afterAll(() => browser?.close());

  it('plays in German, with numbers as Germans write them', async () => {
    await raise(role.url, { ann: 600 });
    const { page, context, complaints } = await visit(browser, role.url, { locale: 'de-DE' });
    await waitForState(page, 'Live');
    await page.getByText('1.500', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Punkt holen' }).click();
    await page.getByText('Du: 1 Punkt, Platz 3').waitFor();
    await page.getByRole('tab', { name: 'Diese Woche' }).click();
    await page.getByText(/^Neustart in \d+/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is mirrored in Arabic: the rank stands right, the score left, and nothing is wider than the window', async () => {
    const { page, context, complaints } = await visit(browser, role.url, { locale: 'ar', viewport: { width: 320, height: 640 } });
    await waitForState(page, 'مباشر');
    const [rank, name, score] = await Promise.all(['td:first-child', 'bdi', 'td:last-child'].map(async (part) => (await page.locator(`[data-user="ann"] ${part}`).boundingBox())!));
    expect(rank!.x).toBeGreaterThan(name!.x + name!.width - 1);
    expect(await page.locator('[data-user="ann"] bdi').evaluate((bdi) => (globalThis as unknown as { getComputedStyle(of: unknown): { textAlign: string } }).getComputedStyle(bdi).textAlign)).toBe('right');
    expect(name!.x).toBeGreaterThan(score!.x);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
