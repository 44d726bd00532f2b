import { createHmac, type KeyObject } from 'node:crypto';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import { UserIds } from '../live/user-ids';

/** A user with the id that is shown. */
export interface PublicId {
  readonly publicId: string;
  readonly userId: string;
}

/** Which user has a shown id: durably, because it cannot be computed. */
export abstract class PublicIds {
  /** Stores these; those that are stored already are left as they are. */
  abstract add(ids: readonly PublicId[]): Promise<void>;

  abstract find(publicId: string): Promise<string | undefined>;
}

const FORM = /^p_[\w-]{22}$/;

/** The users that are remembered, and the most that wait to be stored. */
const REMEMBERED = 100_000;

/** The most that are stored at once. */
const PAGE = 1_000;

/**
 * Users stand under `p_` and 22 characters: 128 bits of HMAC-SHA-256 of the user's id, in base64url. Without the key nobody can compute one from the
 * other; with it every process computes the same.
 */
export class DerivedUserIds extends UserIds {
  private readonly idOf = new Map<string, string>();
  private readonly userWith = new Map<string, string>();
  /** Not stored yet. */
  private readonly waiting = new Map<string, PublicId>();

  constructor(
    private readonly key: KeyObject,
    private readonly errors: ErrorReporter,
    /** Absent in a process that takes no ids from outside, such as a gateway. */
    private readonly stored?: PublicIds,
  ) {
    super();
  }

  shown(userId: string): string {
    const known = this.idOf.get(userId);
    if (known !== undefined) return known;
    const publicId = `p_${createHmac('sha256', this.key).update(userId).digest().subarray(0, 16).toString('base64url')}`;
    remember(this.idOf, userId, publicId);
    remember(this.userWith, publicId, userId);
    if (this.stored) remember(this.waiting, publicId, { publicId, userId });
    return publicId;
  }

  async userOf(id: string, holder?: string): Promise<string> {
    if (!FORM.test(id)) return id;
    if (holder !== undefined && this.shown(holder) === id) return holder;
    return this.userWith.get(id) ?? (await readLedger(this.errors, async () => this.stored?.find(id))) ?? id;
  }

  /** Stores the ids of the users that were shown; call it about twice a second. */
  async store(): Promise<void> {
    while (this.stored && this.waiting.size) {
      const page = [...this.waiting.values()].slice(0, PAGE);
      await this.stored.add(page);
      for (const { publicId } of page) this.waiting.delete(publicId);
    }
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size > REMEMBERED) map.delete(map.keys().next().value!);
}
