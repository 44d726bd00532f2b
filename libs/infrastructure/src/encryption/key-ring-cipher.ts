import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { FieldCipher, DecryptionError } from '@scoreboard/application';
import type { DataKey } from '@scoreboard/infrastructure/config';

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CODE_BYTES = 2;

/**
 * AES-256-GCM. Encrypts with the first key of a ring and decrypts with any of them, so keys can be replaced without downtime.
 *
 * Format: version (1 byte), length of the key id (1), key id, random IV (12), tag (16), ciphertext. Version, key id and place
 * are authenticated too. Random IVs are safe for 2^32 texts per key (NIST SP 800-38D, 8.3).
 */
export class KeyRingCipher extends FieldCipher {
  readonly mark: Buffer;
  readonly currentKey: string;

  /** Of each key, another one that only makes codes (RFC 5869). */
  private readonly codeKeys: readonly { readonly mark: Buffer; readonly key: Buffer }[];

  constructor(private readonly keys: readonly DataKey[]) {
    super();
    this.codeKeys = keys.map(({ id, key }) => ({ mark: markOf(id), key: Buffer.from(hkdfSync('sha256', key, '', 'codes of texts', 32)) }));
    this.currentKey = keys[0]!.id;
    this.mark = markOf(keys[0]!.id);
  }

  seal(text: string, place: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keys[0]!.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(this.mark, place));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([this.mark, iv, cipher.getAuthTag(), encrypted]);
  }

  open(sealed: Buffer, place: string): string {
    const mark = sealed.subarray(0, 2 + (sealed[1] ?? 0));
    if (sealed[0] !== VERSION || sealed.length < mark.length + IV_BYTES + TAG_BYTES) throw new DecryptionError(place, 'it is truncated or has an unknown format');
    const id = mark.subarray(2).toString();
    const key = this.keys.find((candidate) => candidate.id === id)?.key;
    if (!key) throw new DecryptionError(place, `the key ${id} is not in DATA_ENCRYPTION_KEYS`);
    const [iv, tag, encrypted] = parts(sealed.subarray(mark.length));
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(mark, place)).setAuthTag(tag);
    const text = decipher.update(encrypted);
    try {
      return Buffer.concat([text, decipher.final()]).toString();
    } catch (error) {
      throw new DecryptionError(place, `it was altered, moved, or encrypted with another key that has the id ${id}`, { cause: error });
    }
  }

  codes(text: string): readonly Buffer[] {
    return this.codeKeys.map(({ mark, key }) => {
      let beginning: Buffer = Buffer.alloc(0);
      const parts = [...text].map((character) => (beginning = createHmac('sha256', key).update(beginning).update(character).digest()).subarray(0, CODE_BYTES));
      return Buffer.concat([mark, ...parts]);
    });
  }
}

const markOf = (id: string): Buffer => Buffer.concat([Buffer.from([VERSION, Buffer.byteLength(id)]), Buffer.from(id)]);

const boundTo = (mark: Buffer, place: string): Buffer => Buffer.concat([mark, Buffer.from(place)]);

const parts = (body: Buffer) => [body.subarray(0, IV_BYTES), body.subarray(IV_BYTES, IV_BYTES + TAG_BYTES), body.subarray(IV_BYTES + TAG_BYTES)] as const;
