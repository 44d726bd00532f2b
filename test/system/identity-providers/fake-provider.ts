import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A key pair of a provider, with its kid. */
export interface ProviderKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The members of the public key, without further ones. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly publicKey: KeyObject;
}

const keyPair = {
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed25519: () => generateKeyPairSync('ed25519'),
};

export function newKey(kid: string, type: keyof typeof keyPair = 'rsa'): ProviderKey {
  const { privateKey, publicKey } = keyPair[type]();
  return { kid, privateKey, publicKey, members: publicKey.export({ format: 'jwk' }) as Record<string, unknown> };
}

/** Serves a key set at one local address, and 404 at any other. */
export class FakeProvider {
  private readonly server: Server;

  constructor(
    private readonly path: string,
    keySet: object,
  ) {
    this.server = createServer(({ url }, response) => {
      if (url !== path) return void response.writeHead(404).end();
      response.setHeader('content-type', 'application/json').end(JSON.stringify(keySet));
    });
  }

  /** Returns the address of the key set. */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.path}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
