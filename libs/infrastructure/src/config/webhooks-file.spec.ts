import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import { readSettings } from './settings';
import type { SettingsError } from './settings-error';

const shop = { id: 'shop', url: 'https://shop.example.com/hooks', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', types: ['top.entered'] };

describe('WEBHOOKS_FILE', () => {
  const file = join(temporaryFolder('webhooks'), 'webhooks.json');
  function read(endpoints: unknown) {
    writeFileSync(file, JSON.stringify(endpoints));
    return readSettings('standalone', { WEBHOOKS_FILE: file }).WEBHOOKS_FILE;
  }

  it('lists endpoints, which start with what comes next and must be public unless they say otherwise', () => {
    expect(read([shop])).toEqual([{ ...shop, startFrom: 'now', allowPrivate: false }]);
    expect(read([{ ...shop, url: 'http://10.0.0.1/', allowPrivate: true, startFrom: 'beginning' }])).toMatchObject([{ url: 'http://10.0.0.1/', allowPrivate: true, startFrom: 'beginning' }]);
    expect(readSettings('standalone', {}).WEBHOOKS_FILE).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['must be a list of endpoints: [{"id", "url", "secret", "types"}]', {}],
    ['0 must be an object with id, url, secret and types', ['shop']],
    ['0.id must be 1 to 32 of a-z 0-9 -, beginning with a letter or a digit', [{ ...shop, id: 'My Shop' }]],
    ['0.url must be a URL that begins with https:// and contains no password', [{ ...shop, url: 'https://ann:secret@example.com' }]],
    ['0.url must begin with https://; http:// is for private addresses, with allowPrivate', [{ ...shop, url: 'http://example.com' }]],
    ['0.secret must be whsec_ and 24 to 64 bytes in base64', [{ ...shop, secret: 'whsec_short' }]],
    ['0.types must list at least one event type', [{ ...shop, types: [] }]],
    ['0.types.0 must be one of score.applied, score.reversed, user.hidden, user.shown, top.entered, top.left, board.closed, player.flagged, flag.cleared, flag.confirmed, flag.reopened', [{ ...shop, types: ['score.lost'] }]],
    ['0 has an unknown field: retries', [{ ...shop, retries: 3 }]],
    ['must not use an id twice', [shop, shop]],
  ])('refuses a bad file with the path of the field: %s', (problem, endpoints) => {
    let lines: readonly string[] = [];
    try {
      read(endpoints);
    } catch (error) {
      ({ lines } = error as SettingsError);
    }
    expect(lines).toEqual([`WEBHOOKS_FILE: ${file}: ${problem}`]);
  });
});
