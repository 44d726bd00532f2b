import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '@scoreboard/harness';
import { startStandalone } from '../support';

const BUILT = join(projectRoot(), 'dist/apps/web');

describe('the built page', () => {
  it('is smaller than 60 KiB in total, compressed, in the language with the most bytes', () => {
    const assets = readdirSync(join(BUILT, 'assets')).filter((name) => name.endsWith('.gz')).map((name) => statSync(join(BUILT, 'assets', name)).size);
    const pages = ['index.ja.html', 'embed.ja.html'].map((name) => gzipSync(readFileSync(join(BUILT, name))).length);
    expect(assets.length).toBeGreaterThanOrEqual(4);
    expect([...assets, ...pages].reduce((sum, size) => sum + size)).toBeLessThan(60 * 1_024);
  });

  it('is served compressed and kept for good, file by file', async () => {
    const role = await startStandalone({ LOG_LEVEL: 'warn' });
    try {
      const html = await (await fetch(role.url)).text();
      const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
      expect(files.length).toBeGreaterThanOrEqual(4);
      for (const path of files) {
        const { status, headers } = await fetch(role.url + path, { headers: { 'accept-encoding': 'br' } });
        expect([status, headers.get('content-encoding'), headers.get('cache-control')]).toEqual([200, 'br', 'public, max-age=31536000, immutable']);
        const plain = await fetch(role.url + path, { headers: { 'accept-encoding': 'identity' } });
        expect([plain.status, plain.headers.get('content-encoding')]).toEqual([200, null]);
      }
    } finally {
      await role.kill();
    }
  });
});
