import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@scoreboard/domain';

/** RFC 7914: 32 MiB and about 100 ms per hash. */
const COST = { N: 32_768, r: 8, p: 1 };
const MAX_MEMORY = 64 * 1024 * 1024;
const KEY_BYTES = 32;

const AT_ONCE = 2;
const MAX_WAITING = 32;

/** The hash for unknown ids: as expensive as a real one, and never equal to a secret. */
const NOBODY = format(COST, Buffer.alloc(16), Buffer.alloc(KEY_BYTES));

/**
 * Hashes and compares client secrets, `scrypt$N$r$p$salt$hash`, off the event loop: two at a time, which bounds memory and leaves
 * threads for other work, and up to 32 waiting. If more are waiting, it throws `rate-limited`.
 */
export class ClientSecrets {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** A new secret of 256 random bits. */
  create(): string {
    return randomBytes(32).toString('base64url');
  }

  async hash(secret: string): Promise<string> {
    const salt = randomBytes(16);
    return format(COST, salt, await this.inTurn(() => derive(secret, salt, COST)));
  }

  /** `hash` is undefined for an unknown client; the comparison then takes as long as for a wrong secret. */
  async matches(secret: string, hash: string | undefined): Promise<boolean> {
    const { cost, salt, key } = parse(hash ?? NOBODY);
    const derived = await this.inTurn(() => derive(secret, salt, cost));
    return timingSafeEqual(derived, key) && hash !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting.length >= MAX_WAITING) throw new Refusal('rate-limited', { detail: 'Too many client secrets are being checked.', retryAfter: 1 });
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      // The next one takes this slot.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}

const derive = (secret: string, salt: Buffer, cost: typeof COST): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, { ...cost, maxmem: MAX_MEMORY }, (error, key) => (error ? reject(error) : resolve(key)));
  });

function format({ N, r, p }: typeof COST, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function parse(hash: string) {
  const [, N, r, p, salt, key] = hash.split('$');
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt!, 'base64url'), key: Buffer.from(key!, 'base64url') };
}
