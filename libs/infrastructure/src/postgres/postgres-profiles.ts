import { Logger } from '@nestjs/common';
import { DecryptionError, type FieldCipher, type Profile, type ProfileChange, Profiles } from '@scoreboard/application';
import type { Database } from './database';

interface ProfileRow {
  readonly user_id: string;
  readonly shown: Buffer | null;
}

/** A row of `changedSince`: the columns of a profile are null if there are no changes. */
type ChangeRow = (ProfileRow & { readonly version: string; readonly head: string }) | { readonly version: null; readonly head: string };

/**
 * Profiles in the ledger's database. With a cipher they are encrypted; without one they are stored as they are. One that cannot be decrypted counts as
 * none, and is logged.
 */
export class PostgresProfiles extends Profiles {
  private readonly logger = new Logger('PostgresProfiles');

  constructor(
    private readonly database: Database,
    private readonly cipher?: FieldCipher | null,
  ) {
    super();
  }

  async find(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile>> {
    const rows = await this.database.prepared<ProfileRow>('profiles', 'SELECT user_id, shown FROM profile WHERE user_id = ANY($1)', [userIds]);
    return new Map(rows.flatMap(({ user_id: userId, shown }) => (shown ? [[userId, this.open(userId, shown) ?? {}] as const] : [])));
  }

  save(userId: string, profile: Profile): Promise<boolean> {
    return this.write(userId, profile);
  }

  async takeName(userId: string): Promise<void> {
    await this.write(userId, { avatarUrl: (await this.find([userId])).get(userId)?.avatarUrl }, true);
  }

  async allowName(userId: string): Promise<void> {
    await this.database.query('UPDATE profile SET is_name_taken = false WHERE user_id = $1', [userId]);
  }

  async changedSince(version: number, limit: number): Promise<{ readonly changes: readonly ProfileChange[]; readonly version: number }> {
    // One statement, so that changes and version are of the same moment.
    const rows = await this.database.prepared<ChangeRow>(
      'profile_changes',
      `SELECT changed.user_id, changed.shown, changed.version, head.version AS head FROM profile_version AS head
         LEFT JOIN LATERAL (SELECT user_id, shown, version FROM profile WHERE version > $1 ORDER BY version LIMIT $2) AS changed ON true
        ORDER BY changed.version`,
      [version, limit],
    );
    const changes = rows.flatMap((row) => (row.version === null ? [] : [{ userId: row.user_id, profile: row.shown ? this.open(row.user_id, row.shown) : undefined }]));
    return { changes, version: Number((changes.length === limit && rows.at(-1)!.version) || rows[0]!.head) };
  }

  /** `isTaken`: sets whether the name is taken away. Returns false if it was, and the profile has a name. */
  private async write(userId: string, profile: Profile, isTaken?: boolean): Promise<boolean> {
    const rows = await this.database.query(
      `WITH head AS (UPDATE profile_version SET version = version + 1 RETURNING version)
       INSERT INTO profile (user_id, version, shown, is_name_taken) SELECT $1, version, $2, coalesce($4, false) FROM head
       ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, shown = excluded.shown, is_name_taken = coalesce($4, profile.is_name_taken)
        WHERE NOT (profile.is_name_taken AND $3) RETURNING user_id`,
      [userId, this.seal(userId, profile), profile.name !== undefined, isTaken ?? null],
    );
    return rows.length > 0;
  }

  private seal(userId: string, { name, avatarUrl }: Profile): Buffer | null {
    if (name === undefined && avatarUrl === undefined) return null;
    const text = JSON.stringify({ name, avatarUrl });
    return this.cipher ? this.cipher.seal(text, profileOf(userId)) : Buffer.from(text);
  }

  private open(userId: string, shown: Buffer): Profile | undefined {
    try {
      return JSON.parse(isPlain(shown) ? shown.toString() : this.decrypt(userId, shown)) as Profile;
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      this.logger.error(error.message);
      return undefined;
    }
  }

  private decrypt(userId: string, shown: Buffer): string {
    if (!this.cipher) throw new DecryptionError(profileOf(userId), 'there is no key: set DATA_ENCRYPTION_KEYS');
    return this.cipher.open(shown, profileOf(userId));
  }
}

/** Whether a profile is stored as it is; an encrypted one begins with the version of its format. */
export const isPlain = (shown: Buffer): boolean => shown[0] === '{'.charCodeAt(0);

/** The place that a profile is encrypted for. */
export const profileOf = (userId: string): string => `profile.shown of ${userId}`;
