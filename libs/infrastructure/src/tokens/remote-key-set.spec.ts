import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, signJws } from '../../../../test/support';
import { JwtVerifier } from './jwt-verifier';
import { RemoteKeySet, type RemoteKeySetOptions } from './remote-key-set';

interface SigningKey {
  readonly privateKey: KeyObject;
  readonly jwk: { readonly kid: string; readonly [member: string]: unknown };
}

let serial = 0;
function newKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid: `k${serial++}`, use: 'sig', alg: 'ES256' } };
}

/** For a token that is not in a cache. */
const newClaims = () => ({ sub: 'ann', exp: Math.floor(Date.now() / 1_000) + 60, jti: `${serial++}` });
const tokenOf = ({ privateKey, jwk }: SigningKey, kid: string = jwk.kid): string => signJws({ alg: 'ES256', kid }, newClaims(), privateKey);
const unnamed = ({ privateKey }: SigningKey): string => signJws({ alg: 'ES256' }, newClaims(), privateKey);
const rules = { audienceClaim: 'aud', userClaim: 'sub', scopeClaims: ['scope'], scopePrefix: '', scopeNames: [], defaultScopes: [] };

const json = (body: unknown) => (response: ServerResponse) => void response.end(typeof body === 'string' ? body : JSON.stringify(body));

describe('A remote key set', () => {
  let provider: Server;
  let uri: string;
  let hits: number;
  /** The provider's current answer. */
  let answer: (response: ServerResponse) => void;
  let keySet: RemoteKeySet | undefined;
  let faults: string[];
  /** The reports of unusable keys. */
  let leftOut: string[][];

  const serve = (...keys: SigningKey[]) => (answer = json({ keys: keys.map(({ jwk }) => jwk) }));
  const listen = async (port = 0) => {
    const listener: RequestListener = (_request, response) => {
      hits++;
      answer(response);
    };
    provider = createServer(listener);
    await new Promise<void>((resolve) => provider.listen(port, '127.0.0.1', resolve));
    return (provider.address() as AddressInfo).port;
  };
  const goAway = async () => {
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
  };
  const start = (options: Partial<RemoteKeySetOptions> = {}) => {
    keySet = new RemoteKeySet({ uri, onFault: (error) => faults.push((error as Error).message), onLeftOut: (lines) => leftOut.push([...lines]), ...options });
    keySet.onModuleInit();
    return new JwtVerifier({ outside: { keys: keySet, rules } });
  };

  beforeEach(async () => {
    hits = 0;
    faults = [];
    leftOut = [];
    uri = `http://127.0.0.1:${await listen()}/keys`;
  });
  afterEach(async () => {
    await keySet?.onApplicationShutdown();
    if (provider.listening) await goAway();
  });

  it('is fetched once for any number of tokens, including the first', async () => {
    const key = newKey();
    serve(key, newKey());
    const verifier = start();
    await Promise.all(Array.from({ length: 200 }, () => verifier.verify(tokenOf(key))));
    expect(hits).toBe(1);
    expect(faults).toEqual([]);
  });

  it('tries a token without a kid with each key of its algorithm, at most ten', async () => {
    const keys = Array.from({ length: 11 }, newKey);
    serve(...keys);
    const verifier = start();
    for (const key of keys.slice(0, 10)) expect(await verifier.verify(unnamed(key))).toMatchObject({ userId: 'ann' });
    await expect(verifier.verify(unnamed(keys[10]!))).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(verifier.verify(unnamed(newKey()))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await verifier.verify(tokenOf(keys[10]!))).toMatchObject({ userId: 'ann' });
  });

  it('fetches the set once for a token without a kid that matches no key, so that a new key is found', async () => {
    const [old, next] = [newKey(), newKey()];
    serve(old);
    const verifier = start();
    await verifier.verify(unnamed(old));
    serve(old, next);
    expect(await verifier.verify(unnamed(next))).toMatchObject({ userId: 'ann' });
    for (let i = 0; i < 50; i++) await expect(verifier.verify(unnamed(newKey()))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(hits).toBe(2);
  });

  it('accepts a token of a key without a kid, whatever kid the token has', async () => {
    const key = newKey();
    answer = json({ keys: [{ ...key.jwk, kid: undefined, use: undefined, alg: undefined }] });
    const verifier = start();
    for (const token of [tokenOf(key), tokenOf(key, 'other'), unnamed(key)]) expect(await verifier.verify(token)).toMatchObject({ userId: 'ann' });
    expect(hits).toBe(1);
    await goAway();
    expect(await verifier.verify(tokenOf(key, 'third'))).toMatchObject({ userId: 'ann' });
  });

  it('accepts tokens of a duplicate key, and of both keys with the same kid', async () => {
    const [key, other, third] = [newKey(), newKey(), newKey()];
    answer = json({ keys: [key.jwk, key.jwk, other.jwk, { ...third.jwk, kid: other.jwk.kid }] });
    const verifier = start();
    for (const token of [tokenOf(key), tokenOf(other), tokenOf(third, other.jwk.kid)]) expect(await verifier.verify(token)).toMatchObject({ userId: 'ann' });
    expect([hits, leftOut]).toEqual([1, [[`key "${key.jwk.kid}": it is a duplicate`]]]);
  });

  it('reports unusable keys once, and new ones later, not at each fetch', async () => {
    const key = newKey();
    const [encryption, odd] = [{ ...newKey().jwk, kid: 'e', use: 'enc' }, { kty: 'AKP', kid: 'o' }];
    answer = json({ keys: [key.jwk, encryption] });
    start({ refreshMs: 20 });
    await eventually(() => expect(hits).toBeGreaterThan(3));
    expect(leftOut).toEqual([['key "e": its use is not sig']]);
    answer = json({ keys: [key.jwk, encryption, odd] });
    const shownAt = hits;
    await eventually(() => expect(hits).toBeGreaterThan(shownAt + 3));
    expect(leftOut.slice(1)).toEqual([['key "o": its kty is not supported']]);
    expect(faults).toEqual([]);
  });

  it('refuses no valid token under load when the provider replaces its key between two tokens', async () => {
    let key = newKey();
    serve(key);
    const verifier = start();
    let isOver = false;
    let verified = 0;
    const load = Array.from({ length: 20 }, async () => {
      while (!isOver) {
        await verifier.verify(tokenOf(key));
        verified++;
        await new Promise(setImmediate);
      }
    });
    await eventually(() => expect(verified).toBeGreaterThan(200));
    const next = newKey();
    serve(next);
    key = next;
    const before = verified;
    await eventually(() => expect(verified).toBeGreaterThan(before + 500));
    isOver = true;
    await Promise.all(load);
    expect(hits).toBe(2);
  });

  it('refuses no valid token under load when keys are published before they are used, however often', async () => {
    let key = newKey();
    serve(key);
    const verifier = start({ refreshMs: 20 });
    let isOver = false;
    const load = Array.from({ length: 10 }, async () => {
      while (!isOver) {
        await verifier.verify(tokenOf(key));
        await new Promise(setImmediate);
      }
    });
    for (let round = 0; round < 5; round++) {
      const next = newKey();
      serve(key, next);
      const shownAt = hits;
      await eventually(() => expect(hits).toBeGreaterThan(shownAt + 1));
      key = next;
    }
    isOver = true;
    await Promise.all(load);
  });

  it('does not accept a withdrawn key after the next fetch', async () => {
    const [old, next] = [newKey(), newKey()];
    serve(old, next);
    const verifier = start({ refreshMs: 20 });
    await verifier.verify(tokenOf(old));
    serve(next);
    await eventually(() => expect(verifier.verify(tokenOf(old))).rejects.toMatchObject({ code: 'unauthenticated' }));
    await verifier.verify(tokenOf(next));
  });

  it('is fetched only once more for a flood of tokens with unknown keys, which are all refused', async () => {
    const key = newKey();
    serve(key);
    const verifier = start();
    await verifier.verify(tokenOf(key));
    const flood = Array.from({ length: 900 }, (_, i) => verifier.verify(tokenOf(key, ['../../dev/null', 'https://evil.example/key', `kid-${i}`][i % 3])).catch((error: unknown) => error));
    for (const refusal of await Promise.all(flood)) expect(refusal).toMatchObject({ code: 'unauthenticated' });
    for (let i = 0; i < 100; i++) await expect(verifier.verify(tokenOf(newKey()))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(hits).toBe(2);
  });

  it('refuses a token of an unknown key with a known kid, without a fetch', async () => {
    const key = newKey();
    serve(key);
    const verifier = start();
    await verifier.verify(tokenOf(key));
    await expect(verifier.verify(tokenOf(newKey(), key.jwk.kid))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(hits).toBe(1);
  });

  it('keeps the old keys while the provider is unavailable, and answers keys-unavailable for unknown keys', async () => {
    const [key, next] = [newKey(), newKey()];
    serve(key);
    const verifier = start({ refreshMs: 20, askAgainMs: 20 });
    await verifier.verify(tokenOf(key));
    await goAway();
    await eventually(() => expect(keySet!.isUp()).toBe(false));
    await Promise.all(Array.from({ length: 50 }, () => verifier.verify(tokenOf(key))));
    await expect(verifier.verify(tokenOf(next))).rejects.toMatchObject({ code: 'keys-unavailable', kind: 'unavailable', details: { retryAfter: 5 } });
    expect(faults).toContainEqual('cannot be reached: ECONNREFUSED');
    serve(next);
    await listen(Number(new URL(uri).port));
    await eventually(() => verifier.verify(tokenOf(next)));
    await expect(verifier.verify(tokenOf(key))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('starts without the provider, and accepts tokens once it is available', async () => {
    const key = newKey();
    const port = Number(new URL(uri).port);
    await goAway();
    const verifier = start();
    await expect(verifier.verify(tokenOf(key))).rejects.toMatchObject({ code: 'keys-unavailable' });
    serve(key);
    await listen(port);
    await eventually(() => verifier.verify(tokenOf(key)));
  });

  it('does not flood an unavailable provider, however many tokens arrive', async () => {
    const key = newKey();
    const tokens = Array.from({ length: 2_000 }, () => tokenOf(key));
    answer = (response) => void response.writeHead(500).end();
    const verifier = start();
    const refusals = await Promise.all(tokens.map((token) => verifier.verify(token).catch((error: unknown) => error)));
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'keys-unavailable' });
    // One at the start, one for the tokens, and perhaps one more in the background.
    expect(hits).toBeLessThanOrEqual(3);
  });

  it('answers for known keys immediately while the provider is slow, and times out', async () => {
    const key = newKey();
    serve(key);
    const verifier = start({ timeoutMs: 60_000 });
    await verifier.verify(tokenOf(key));
    answer = () => undefined;
    const timers = jest.spyOn(global, 'setTimeout');
    const unknown = verifier.verify(tokenOf(newKey())).catch((error: unknown) => error);
    const first = await Promise.race([unknown, verifier.verify(tokenOf(key))]);
    expect(first).toMatchObject({ userId: expect.any(String) });
    await eventually(() => expect(hits).toBe(2));
    const [timeOut] = timers.mock.calls.find(([, ms]) => ms === 60_000)!;
    timers.mockRestore();
    timeOut(); // as if the time had passed
    expect(await unknown).toMatchObject({ code: 'keys-unavailable' });
    expect(faults).toEqual(['The operation was aborted due to timeout']);
  });

  const endless = (response: ServerResponse) => {
    const more = () => response.destroyed || (response.write('x'.repeat(10_000)) ? setImmediate(more) : response.once('drain', more));
    more();
  };
  it.each<[string, (response: ServerResponse) => void, string | RegExp]>([
    ['an error', (response) => void response.writeHead(500).end('{"keys":[]}'), 'unexpected status 500: expected 200'],
    ['a redirect', (response) => void response.writeHead(302, { location: uri }).end(), /redirect/],
    ['nothing', (response) => void response.writeHead(204).end(), 'unexpected status 204: expected 200'],
    ['a page', json('<!doctype html>'), /JSON/],
    ['half of it', (response) => void response.writeHead(200, { 'content-length': '100' }).write('{"keys":', () => response.destroy()), /terminated|aborted|reached/],
    ['something else', json({ error: 'sorry' }), 'the response is not a key set: expected {"keys": [...]} with at most 100 keys'],
    ['no keys', json({ keys: [] }), 'the key set contains no usable key'],
    ['more than 64 KiB', json({ keys: [], more: 'x'.repeat(65_536) }), 'response too large: expected at most 65536 bytes'],
    ['an endless body', endless, 'response too large: expected at most 65536 bytes'],
    ['only a symmetric key', json({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 's' }] }), 'the key set contains no usable key'],
  ])('keeps its keys if the provider answers %s', async (_what, broken, fault) => {
    const key = newKey();
    serve(key);
    const verifier = start({ refreshMs: 20 });
    await verifier.verify(tokenOf(key));
    answer = broken;
    await eventually(() => expect(faults.at(-1)).toMatch(fault));
    await verifier.verify(tokenOf(key));
  });

  it('reports a private key that the provider publishes, and does not use it', async () => {
    const [key, shown] = [newKey(), newKey()];
    answer = json({ keys: [key.jwk, { ...shown.privateKey.export({ format: 'jwk' }), kid: 'shown' }] });
    const verifier = start();
    await verifier.verify(tokenOf(key));
    await expect(verifier.verify(tokenOf(shown, 'shown'))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(leftOut).toEqual([['key "shown": it is private or symmetric and must not be published']]);
  });

  it('never fetches a key from a URL in a token', async () => {
    const key = newKey();
    const strange = newKey();
    serve(key);
    const verifier = start();
    const header = { alg: 'ES256', kid: key.jwk.kid, jku: uri, x5u: uri, jwk: strange.jwk };
    const [, claims, signature] = tokenOf(strange).split('.');
    const token = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.${signature}`;
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(hits).toBe(1);
  });

  it('stops during a fetch', async () => {
    answer = () => undefined;
    const verifier = start();
    const waiting = verifier.verify(tokenOf(newKey())).catch((error: unknown) => error);
    await eventually(() => expect(hits).toBe(1));
    await keySet!.onApplicationShutdown();
    expect(await waiting).toMatchObject({ code: 'keys-unavailable' });
    expect(faults).toEqual([]);
  });
});
