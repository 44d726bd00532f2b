import { Logger } from '@nestjs/common';
import { DecryptionError, type FieldCipher, foldName, type NamedUser, type Profile, type ProfileChange, Profiles } from '@scoreboard/application';
import type { Database } from './database';
import { codeOf, codesOf, endOf } from './name-codes';
import { NAMES } from './reads-by-index';

interface ProfileRow {
  readonly user_id: string;
  readonly shown: Buffer | null;
}

interface OriginRow extends ProfileRow {
  readonly is_resolved: boolean;
  readonly is_name_taken: boolean;
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

  async findSaved(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile>> {
    const rows = await this.rows(userIds);
    return new Map(rows.flatMap((row) => (row.shown && !row.is_resolved ? [[row.user_id, this.open(row.user_id, row.shown) ?? {}] as const] : [])));
  }

  async beginningWith(beginning: string, limit: number): Promise<readonly NamedUser[]> {
    const rows: ProfileRow[] = [];
    for (const code of codesOf(beginning, this.cipher)) {
      if (rows.length < limit) rows.push(...(await this.database.prepared<ProfileRow>('names', NAMES, [code, endOf(code), limit - rows.length])));
    }
    const users = rows.map(({ user_id: userId, shown }) => ({ userId, ...(shown && this.open(userId, shown)) }));
    // Codes are cut, may be of an earlier name, and may be the same for others.
    return users.filter(({ name }) => name !== undefined && foldName(name).startsWith(beginning));
  }

  async indexNames(limit: number): Promise<number> {
    const rows = await this.database.query<ProfileRow & { readonly version: string }>(
      'SELECT user_id, shown, version FROM profile WHERE coded_version IS DISTINCT FROM version ORDER BY user_id LIMIT $1',
      [limit],
    );
    if (!rows.length) return 0;
    const codes = rows.map(({ user_id: userId, shown }) => codeOf((shown && this.open(userId, shown)?.name) ?? undefined, this.cipher));
    // A profile that changed meanwhile is looked at again, or has been indexed with its change.
    await this.database.query(
      `WITH free AS (SELECT user_id FROM profile WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE SKIP LOCKED)
       UPDATE profile SET name_code = given.code, coded_version = given.version
         FROM free JOIN unnest($1::text[], $2::bytea[], $3::bigint[]) AS given (user_id, code, version) USING (user_id)
        WHERE profile.user_id = given.user_id AND profile.version = given.version`,
      [rows.map(({ user_id: userId }) => userId), codes, rows.map(({ version }) => version)],
    );
    return rows.length;
  }

  save(userId: string, profile: Profile): Promise<boolean> {
    return this.write(userId, profile);
  }

  async saveResolved(profiles: ReadonlyMap<string, Profile>): Promise<void> {
    const held = new Map((await this.rows([...profiles.keys()])).map((row) => [row.user_id, row]));
    const changes = [...profiles].flatMap(([userId, profile]) => this.resolvedRow(userId, profile, held.get(userId)) ?? []);
    if (!changes.length) return;
    // Between reading and writing, a profile may be saved or a name taken away: that stays.
    await this.database.query(
      `WITH head AS (UPDATE profile_version SET version = version + $4 RETURNING version - $4 AS base),
            given AS (SELECT * FROM unnest($1::text[], $2::bytea[], $3::boolean[], $5::bytea[]) WITH ORDINALITY AS given (user_id, shown, is_name_taken, code, place))
       INSERT INTO profile (user_id, version, shown, is_name_taken, is_resolved, name_code, coded_version)
       SELECT user_id, base + place, shown, is_name_taken, true, code, base + place FROM given, head
       ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, shown = excluded.shown, is_resolved = true,
             name_code = excluded.name_code, coded_version = excluded.coded_version
        WHERE (profile.is_resolved OR profile.shown IS NULL) AND profile.is_name_taken = excluded.is_name_taken`,
      [changes.map(({ userId }) => userId), changes.map(({ shown }) => shown), changes.map(({ isTaken }) => isTaken), changes.length, changes.map(({ code }) => code)],
    );
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

  private rows(userIds: readonly string[]): Promise<OriginRow[]> {
    return this.database.prepared<OriginRow>('profile_origins', 'SELECT user_id, shown, is_resolved, is_name_taken FROM profile WHERE user_id = ANY($1)', [userIds]);
  }

  /** The row to write; undefined if the one that is held stays. */
  private resolvedRow(userId: string, { name, avatarUrl }: Profile, held?: OriginRow) {
    if (held?.shown && !held.is_resolved) return undefined;
    const isTaken = held?.is_name_taken ?? false;
    const next = JSON.stringify({ name: isTaken ? undefined : name, avatarUrl });
    const current = JSON.stringify((held?.shown && this.open(userId, held.shown)) ?? {});
    return next === current ? undefined : { userId, isTaken, shown: this.seal(userId, JSON.parse(next) as Profile), code: codeOf(isTaken ? undefined : name, this.cipher) };
  }

  /** `isTaken`: sets whether the name is taken away, and leaves whose profile it is. Returns false if it was, and the profile has a name. */
  private async write(userId: string, profile: Profile, isTaken?: boolean): Promise<boolean> {
    const rows = await this.database.query(
      `WITH head AS (UPDATE profile_version SET version = version + 1 RETURNING version)
       INSERT INTO profile (user_id, version, shown, is_name_taken, name_code, coded_version) SELECT $1, version, $2, coalesce($4, false), $5, version FROM head
       ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, shown = excluded.shown, is_name_taken = coalesce($4, profile.is_name_taken),
             is_resolved = profile.is_resolved AND $4 IS NOT NULL, name_code = excluded.name_code, coded_version = excluded.coded_version
        WHERE NOT (profile.is_name_taken AND $3) RETURNING user_id`,
      [userId, this.seal(userId, profile), profile.name !== undefined, isTaken ?? null, codeOf(profile.name, this.cipher)],
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
