import type { RankedScore } from './standing';

/** The types of ledger events. Later versions add types: a reader names those that it wants, and ignores others. */
export const LEDGER_EVENT_TYPES = ['score.applied', 'score.reversed', 'user.hidden', 'user.shown', 'top.entered', 'top.left', 'board.closed', 'player.flagged', 'flag.cleared', 'flag.confirmed', 'flag.reopened'] as const;

/** The type of a ledger event. */
export type LedgerEventType = (typeof LEDGER_EVENT_TYPES)[number];

/** Whether a text is the type of a ledger event. */
export const isLedgerEventType = (name: string): name is LedgerEventType => LEDGER_EVENT_TYPES.some((type) => type === name);

/**
 * A place in the order of all events: a sequence number of the ledger, and the place among the events of this number, from 0. An update is at place 0;
 * what it changes in the top ten follows.
 */
export interface EventPosition {
  readonly sequence: number;
  readonly place: number;
}

interface EventBase extends EventPosition {
  /** `eventId` of the position. The same for every reader, at any time. */
  readonly id: string;
  /** When the ledger wrote it. */
  readonly at: Date;
}

interface UserEvent extends EventBase {
  readonly userId: string;
}

/** Something that happened in the ledger. Never changes, except that a forgotten user is named by the pseudonym, and that the flags of one are erased. */
export type LedgerEvent =
  | (UserEvent & ScoreChange & { readonly type: 'score.applied' })
  /** `scoreIncrement` is negative. */
  | (UserEvent & ScoreChange & { readonly type: 'score.reversed'; readonly reverses: string })
  | (UserEvent & { readonly type: 'user.hidden' | 'user.shown' })
  | (UserEvent & { readonly type: 'top.entered'; readonly score: number; readonly rank: number })
  /** `score` is the one that the user had in the top ten. */
  | (UserEvent & { readonly type: 'top.left'; readonly score: number })
  | (EventBase & BoardClosing & { readonly type: 'board.closed' })
  /** A rule found updates suspicious; a moderator found nothing wrong, took the points back, or wants to look again. */
  | (UserEvent & FlagChange & { readonly type: 'player.flagged' | 'flag.cleared' | 'flag.confirmed' | 'flag.reopened' });

interface ScoreChange {
  readonly commandId: string;
  readonly scoreIncrement: number;
  /** The user's total right after this event. */
  readonly score: number;
  readonly action?: string;
  /** The points came from a guest whom the player claimed: the guest's command. */
  readonly movedFrom?: string;
  /** The points went to the player who claimed this guest: the player's event. */
  readonly movedTo?: string;
}

/** The flag that was raised or decided about. */
interface FlagChange {
  readonly flag: number;
  readonly rule: string;
  readonly weight: number;
  readonly reason: string;
  /** Whether the player is hidden while the flag is open. */
  readonly holds: boolean;
}

/** A period of a board as it was after the last update that it counted. */
interface BoardClosing {
  readonly board: string;
  readonly period: string;
  /** Null if the board neither resets nor is a season. */
  readonly start: Date | null;
  readonly end: Date | null;
  readonly closedAt: Date;
  readonly players: number;
  /** The first 100, best first. */
  readonly entries: readonly RankedScore[];
}

/** The users that an event names. */
export const usersOf = (event: LedgerEvent): readonly string[] => (event.type === 'board.closed' ? event.entries.map(({ userId }) => userId) : [event.userId]);

/** A part of the ledger's events. */
export interface EventPage {
  /** In order. */
  readonly events: readonly LedgerEvent[];
  /** Read on from here. It may be beyond the last event: what is between is of other types. */
  readonly next: EventPosition;
}

/** The place before the first event. */
export const BEFORE_ALL_EVENTS: EventPosition = { sequence: 0, place: 0 };

/** A place after all events of a sequence number. */
export const LAST_PLACE = 9_999;

/** The position of what comes right before this one. */
export const positionBefore = ({ sequence, place }: EventPosition): EventPosition => (place > 0 ? { sequence, place: place - 1 } : { sequence: sequence - 1, place: LAST_PLACE });

/**
 * The ledger as a log of events, in commit order.
 *
 * A reader that continues from `next` gets every event once, in order: an event never appears before one that was read. `top.entered` and `top.left` are
 * what would have changed in the top ten if each update, reversal, hiding and showing had been made alone, one after the other. They are derived when
 * they are first read, once, and stored. They begin when anybody reads them for the first time, and cost nothing before.
 *
 * Each closed period has one `board.closed`, with its first 100 as they were when it closed. A reader of this type waits at a closing until
 * `BoardStore.tellClosings` has written it.
 */
export abstract class LedgerEvents {
  /** At most `limit` (1 to 1,000) events of these types after a position. Fewer do not mean that there are no more: continue until `next` stays the same. O(limit). */
  abstract read(after: EventPosition, limit: number, types: readonly LedgerEventType[]): Promise<EventPage>;

  /** The position of the newest event: what is read after it is written later. */
  abstract latest(types: readonly LedgerEventType[]): Promise<EventPosition>;
}

/** Whether any of these types tells of the top ten. */
export const tellsOfTop = (types: readonly LedgerEventType[]): boolean => types.some((type) => type.startsWith('top.'));

/** Whether any of these types is about boards. */
export const tellsOfBoards = (types: readonly LedgerEventType[]): boolean => types.some((type) => type.startsWith('board.'));

/** Whether any of these types is about flags. */
export const tellsOfFlags = (types: readonly LedgerEventType[]): boolean => types.some((type) => type === 'player.flagged' || type.startsWith('flag.'));

/** The id of an event, which is its position: `1890123456789012-0`. */
export const eventId = ({ sequence, place }: EventPosition): string => `${sequence}-${place}`;

/** Undefined if the text is not the id of a position. */
export function positionOf(id: string): EventPosition | undefined {
  const [, sequence, place] = /^(\d{1,16})-(\d{1,4})$/.exec(id) ?? [];
  const position = { sequence: Number(sequence), place: Number(place) };
  return Number.isSafeInteger(position.sequence) ? position : undefined;
}
