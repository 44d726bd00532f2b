import type { RoleProcess } from '@scoreboard/harness';
import { PNG } from 'pngjs';
import { startStandalone } from '../support';
import { JWT_SECRET, PATIENCE_MS, raise } from './browser';

interface Manifest {
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly type: string; readonly purpose: string }[];
  readonly start_url: string;
}

describe('the page as an app', () => {
  let role: RoleProcess;
  beforeAll(async () => {
    role = await startStandalone({ JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' }, { readyWithinMs: PATIENCE_MS });
    await raise(role.url, { ann: 1 });
  });
  afterAll(() => role?.kill());

  const htmlOf = async (path: string): Promise<string> => (await fetch(role.url + path)).text();
  const pathOfManifest = async (page: string): Promise<string> => /rel="manifest" href="([^"]+)"/.exec(await htmlOf(page))![1]!;

  it.each(['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh'])('can be installed from the board and from a player, in the language %s, and opens in it', async (lang) => {
    const path = await pathOfManifest(`/?lang=${lang}`);
    expect(await pathOfManifest(`/players/ann?lang=${lang}`)).toBe(path);
    const answer = await fetch(role.url + path);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, expect.stringMatching(/^application\/manifest\+json/), 'public, max-age=31536000, immutable']);
    const manifest = (await answer.json()) as Manifest;
    expect(manifest).toMatchObject({ id: '/', name: 'Scoreboard', lang, dir: lang === 'ar' ? 'rtl' : 'ltr', scope: '/', display: 'standalone' });
    const opened = await htmlOf(manifest.start_url);
    expect(opened).toContain(`<html lang="${lang}"`);
    expect(opened).toContain(`<meta name="description" content="${(manifest as unknown as { description: string }).description}"`);
  });

  it('has icons of the sizes that they claim, one of them for launchers that cut off its edges, and one for iOS', async () => {
    const { icons } = (await (await fetch(role.url + (await pathOfManifest('/')))).json()) as Manifest;
    expect(icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual(['any any', '192x192 any', '512x512 any', '512x512 maskable']);
    for (const { src, sizes, type } of icons) {
      const answer = await fetch(role.url + src);
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, type, 'public, max-age=31536000, immutable']);
      const content = Buffer.from(await answer.arrayBuffer());
      const { width, height } = type === 'image/png' ? PNG.sync.read(content) : {};
      expect(type === 'image/png' ? `${width}x${height}` : 'any').toBe(sizes);
    }
    expect(await htmlOf('/')).toContain(`rel="apple-touch-icon" href="${icons.at(-1)!.src}"`);
  });

  it('is not offered by the frame, which belongs to another website', async () => {
    expect(await htmlOf('/embed')).not.toContain('manifest');
  });
});
