import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** In older versions one packet could announce any number of attachments, which the server buffered (CVE-2026-33151, CVE-2026-69185). */
const FLOOR = [4, 2, 7];

function installedParser(): number[] {
  const entry = createRequire(require.resolve('socket.io')).resolve('socket.io-parser');
  const manifest = `${entry.slice(0, entry.lastIndexOf('socket.io-parser/'))}socket.io-parser/package.json`;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version.split('.').map(Number);
}

describe('the installed socket.io-parser', () => {
  it('is 4.2.7 or newer', () => {
    const installed = installedParser();
    const first = installed.findIndex((part, i) => part !== FLOOR[i]);
    expect({ installed, isNewEnough: first < 0 || installed[first]! > FLOOR[first]! }).toEqual({ installed, isNewEnough: true });
  });
});
