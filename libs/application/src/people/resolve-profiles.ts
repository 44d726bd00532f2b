import type { ErrorReporter } from '../errors/error-reporter';
import type { Profile } from '../live/profile';
import type { FollowProfiles } from './follow-profiles';
import { checkAvatarUrl, checkName } from './player-name';
import type { Profiles } from './profiles';

/** How long a resolver may take for one call, in ms. */
export const RESOLVE_TIMEOUT_MS = 5_000;

/** The most users of one call. */
export const MAX_RESOLVED = 100;

/** A user is asked about again, when shown, after this time, in ms. */
const REFRESH_MS = 600_000;

/** After a failed call nothing is asked for this long, in ms; then for twice as long, up to the second number. */
const PAUSE_MS = [1_000, 60_000] as const;

/** The users whose last question is remembered, and the most that wait to be asked about. */
const REMEMBERED = 50_000;
const MAX_WAITING = 10_000;

/** What a resolver answers: a `Map` or an object, from user id to profile. Users who are left out, undefined or null have none. */
export type ResolvedProfiles = ReadonlyMap<string, Profile | null | undefined> | Readonly<Record<string, Profile | null | undefined>>;

/**
 * A developer's own service that knows names and pictures.
 *
 * Asked in the background about at most 100 users at a time, one call at a time in each process, and about each user at most once in ten minutes unless a call
 * failed. `signal` is aborted after five seconds, or when the process stops; a later answer is ignored.
 */
export interface ResolvesProfiles {
  resolve(userIds: readonly string[], signal: AbortSignal): ResolvedProfiles | Promise<ResolvedProfiles>;
}

interface NamedResolver {
  readonly name: string;
  readonly resolver: ResolvesProfiles;
}

/**
 * Asks a resolver about the users who are shown or play, and stores what it says, so that every process shows the same under one version.
 *
 * A user whose profile was saved is not asked about: saved profiles win. A resolver that throws, hangs or answers nonsense is reported and left alone for a while;
 * what it said before stays. Invalid names and pictures are reported and left out.
 */
export class ResolveProfiles {
  private resolver?: NamedResolver;
  private readonly waiting = new Set<string>();
  /** When each user was asked about, the oldest first. */
  private readonly askedAt = new Map<string, number>();
  private pauseMs = 0;
  private pausedUntil = -Infinity;
  private call?: AbortController;
  private isClosed = false;

  constructor(
    private readonly profiles: Profiles,
    private readonly follow: FollowProfiles,
    private readonly errors: ErrorReporter,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Sets the only resolver. Throws if there is one already. */
  use(name: string, resolver: ResolvesProfiles): void {
    if (this.resolver) throw new Error(`There are two profile resolvers, ${this.resolver.name} and ${name}: expected one. Have one of them ask the other.`);
    this.resolver = { name, resolver };
  }

  get isUsed(): boolean {
    return this.resolver !== undefined;
  }

  /** Notes users who are shown or play. O(1) for each; asks nothing itself. Of more than 10,000 who wait, the others are noted when they are shown again. */
  want(userIds: readonly string[]): void {
    for (const userId of userIds) {
      if (this.waiting.size >= MAX_WAITING) return;
      const askedAt = this.askedAt.get(userId);
      if (askedAt === undefined || this.now() - askedAt >= REFRESH_MS) this.waiting.add(userId);
    }
  }

  /** Asks about those who wait; call it some times a second. Rejects if profiles cannot be read or stored; then the users are noted when they are shown again. */
  async execute(): Promise<void> {
    while (this.resolver && !this.isClosed && this.waiting.size && this.now() >= this.pausedUntil) {
      const page = [...this.waiting].slice(0, MAX_RESOLVED);
      for (const userId of page) this.remember(userId);
      let isResolved = false;
      try {
        isResolved = await this.resolvePage(this.resolver, page);
      } finally {
        if (!isResolved) for (const userId of page) this.askedAt.delete(userId);
      }
    }
  }

  /** Gives up the call that is under way, and asks nothing more. */
  close(): void {
    this.isClosed = true;
    this.call?.abort(new Error('the process stops'));
  }

  /** Returns false if the resolver failed. */
  private async resolvePage(resolver: NamedResolver, page: readonly string[]): Promise<boolean> {
    const saved = await this.profiles.findSaved(page);
    const asked = page.filter((userId) => !saved.has(userId));
    if (!asked.length) return true;
    const profiles = await this.ask(resolver, asked);
    if (!profiles) return false;
    await this.profiles.saveResolved(profiles);
    await this.follow.look();
    return true;
  }

  /** Undefined if the resolver failed. */
  private async ask({ name, resolver }: NamedResolver, userIds: readonly string[]): Promise<ReadonlyMap<string, Profile> | undefined> {
    const report = (error: unknown) => this.errors.report(`the profile resolver ${name} failed`, error);
    const call = (this.call = new AbortController());
    const timer = setTimeout(() => call.abort(new Error(`no answer within ${RESOLVE_TIMEOUT_MS} ms`)), RESOLVE_TIMEOUT_MS);
    try {
      const said = saidBy(await Promise.race([resolver.resolve(userIds, call.signal), aborted(call.signal)]));
      const profiles = new Map(userIds.map((userId) => [userId, checked(said(userId), report)]));
      this.pauseMs = 0;
      return profiles;
    } catch (error) {
      if (!this.isClosed) report(error);
      this.pauseMs = Math.min(Math.max(2 * this.pauseMs, PAUSE_MS[0]), PAUSE_MS[1]);
      this.pausedUntil = this.now() + this.pauseMs;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  private remember(userId: string): void {
    this.waiting.delete(userId);
    this.askedAt.delete(userId);
    this.askedAt.set(userId, this.now());
    if (this.askedAt.size > REMEMBERED) this.askedAt.delete(this.askedAt.keys().next().value!);
  }
}

const aborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

/** What an answer says of a user. */
function saidBy(answer: unknown): (userId: string) => unknown {
  if (answer instanceof Map) return (userId) => answer.get(userId);
  if (!isObject(answer)) throw new Error(`expected a Map or an object of profiles by user id, received ${JSON.stringify(answer)}`);
  return (userId) => (Object.hasOwn(answer, userId) ? answer[userId] : undefined);
}

/** The valid parts of a profile. */
function checked(said: unknown, report: (error: Error) => void): Profile {
  if (said === undefined || said === null) return {};
  if (!isObject(said)) report(new Error('a profile must be { name, avatarUrl }'));
  const { name, avatarUrl } = said as Readonly<Record<string, unknown>>;
  return { ...part('name', name, checkName, report), ...part('avatarUrl', avatarUrl, checkAvatarUrl, report) };
}

function part(key: keyof Profile, said: unknown, check: typeof checkName, report: (error: Error) => void): Profile {
  if (said === undefined || said === null) return {};
  const { value, problem } = typeof said === 'string' ? check(said) : { problem: 'must be a text' };
  if (problem !== undefined) report(new Error(`${key} ${problem}`));
  return value === undefined ? {} : { [key]: value };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
