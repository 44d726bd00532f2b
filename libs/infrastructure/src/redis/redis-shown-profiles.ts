import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Profile, type ProfileChange, type ProfilesPosition, ShownProfiles } from '@scoreboard/application';
import { ErrorReply, type RedisClientType } from 'redis';
import { RedisScript } from './redis-script';
import { noted } from './redis-writes';

const putProfiles = new RedisScript('put-profiles');
const forgetProfile = new RedisScript('forget-profile');

/** The field of the position. No user id is empty. */
const POSITION = '';

/**
 * The profiles in one hash: user id to JSON, and the position `<version>:<something new with each write>`. A read is one command, and so of one version.
 * It costs about 150 bytes for a user with a short name, and as much as the URL for one with a picture.
 */
export class RedisShownProfiles extends ShownProfiles {
  private readonly logger = new Logger('RedisShownProfiles');
  private readonly client: RedisClientType;
  private readonly key: string;
  private isDenied = false;

  constructor({ client, prefix = 'scoreboard:{global}:' }: { readonly client: RedisClientType; readonly prefix?: string }) {
    super();
    this.client = client;
    this.key = `${prefix}profiles`;
  }

  async read(userIds: readonly string[]): Promise<{ readonly version: number; readonly profiles: readonly (Profile | undefined)[] }> {
    const [mark, ...profiles] = await this.client.hmGet(this.key, [POSITION, ...userIds]).catch((error: unknown) => this.unlessAllowed(error, userIds));
    return { version: versionOf(mark), profiles: profiles.map((text) => (text ? (JSON.parse(text) as Profile) : undefined)) };
  }

  /** Names only tell: with rights of an earlier version, boards are shown without them. */
  private unlessAllowed(error: unknown, userIds: readonly string[]): (string | null)[] {
    if (!(error instanceof ErrorReply) || !error.message.startsWith('NOPERM')) throw error;
    if (!this.isDenied) this.logger.warn(`names cannot be read, load the new redis.acl: ${error.message}`);
    this.isDenied = true;
    return [null, ...userIds.map(() => null)];
  }

  async position(): Promise<ProfilesPosition> {
    const mark = (await this.client.hGet(this.key, POSITION)) ?? '';
    return { version: versionOf(mark), mark };
  }

  async put(changes: readonly ProfileChange[], mark: string, version: number): Promise<boolean> {
    const fields = changes.flatMap(({ userId, profile }) => [userId, profile ? JSON.stringify(profile) : '']);
    return (await putProfiles.run(this.client, [this.key], [mark, `${version}:${randomUUID()}`, ...fields])) === 1;
  }

  async forget(userId: string): Promise<void> {
    await forgetProfile.run(this.client, [this.key], [userId, randomUUID()]);
  }

  async clear(): Promise<void> {
    await noted(this.client, this.client.unlink(this.key));
  }
}

const versionOf = (mark?: string | null): number => Number(mark?.split(':', 1)[0] ?? 0);
