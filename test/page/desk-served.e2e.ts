import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '@scoreboard/harness';
import { startStandalone } from '../support';

const BUILT = join(projectRoot(), 'dist/apps/web');
const FOLDER = join(BUILT, 'admin/assets');
const ASSETS = readdirSync(FOLDER).filter((name) => !/\.(br|gz)$/.test(name));

describe('the desk, as it is served', () => {
  it('is smaller than 30 KiB in total, compressed', () => {
    const assets = ASSETS.map((name) => gzipSync(readFileSync(join(FOLDER, name))).length);
    expect(assets.length).toBe(3);
    expect([...assets, gzipSync(readFileSync(join(BUILT, 'admin.html'))).length].reduce((sum, size) => sum + size)).toBeLessThan(30 * 1_024);
    expect(ASSETS.filter((name) => /\.(js|css)$/.test(name)).every((name) => statSync(join(FOLDER, `${name}.br`)).size > 0)).toBe(true);
  });

  it('is not stored by anyone, not framed by anyone, runs only its own files, and sends no referrer', async () => {
    const role = await startStandalone({ LOG_LEVEL: 'warn', CORS_ORIGINS: 'https://partner.example' });
    try {
      const { status, headers } = await fetch(`${role.url}/admin`);
      expect(status).toBe(200);
      expect(Object.fromEntries(headers)).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'x-robots-tag': 'noindex', 'x-content-type-options': 'nosniff' });
      expect(headers.get('content-security-policy')).toBe("default-src 'self'; connect-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; frame-ancestors 'none'");
      expect(headers.get('set-cookie')).toBeNull();
      for (const name of ASSETS) expect((await fetch(`${role.url}/admin/assets/${name}`)).status).toBe(200);
    } finally {
      await role.kill();
    }
  });

  it('does not exist where it is switched off, and neither does any of its files', async () => {
    const role = await startStandalone({ LOG_LEVEL: 'warn', ADMIN_DESK: 'false' });
    try {
      for (const path of ['', '/', '/admin.html', ...ASSETS.map((name) => `/assets/${name}`)]) expect([path, (await fetch(`${role.url}/admin${path}`)).status]).toEqual([path, 404]);
      expect((await fetch(role.url)).status).toBe(200);
    } finally {
      await role.kill();
    }
  });
});
