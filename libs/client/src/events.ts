import type { Board, InPeriod } from './messages.ts';

/** The events whose channels have another name. The server joins these channels of the board `global` by itself. */
const CHANNELS: Readonly<Record<string, string>> = { 'top': 'scores:top', 'me': 'scores:me' };
const EVENTS: Readonly<Record<string, string>> = { 'scores:top': 'top', 'scores:me': 'me' };

const partsOf = (name: string): readonly [event: string, board?: string] => name.split('@') as [string, string?];
const renamed = (name: string, names: Readonly<Record<string, string>>): string => {
  const [event, ...board] = name.split('@');
  return [names[event!] ?? event, ...board].join('@');
};

/** The channel of an event: `scores:top@week` of `top@week`. */
export const channelOf = (event: string): string => renamed(event, CHANNELS);
/** The event of a channel. */
export const eventOf = (channel: string): string => renamed(channel, EVENTS);

/** Whether it is the data of a channel. */
export const isData = (event: string): boolean => /^(top|me|around:me|top:([1-9]\d?|100))(@[a-z0-9-]{1,32})?$/.test(event);
/** Whether the channel of an event must be subscribed: the server joins `top` and `me` by itself. */
export const isSubscribed = (event: string): boolean => isData(event) && !(event in CHANNELS);
/** Whether the event, or the channel, belongs to one player. */
export const isPersonal = (name: string): boolean => /(^|:)me(@|$)/.test(name);

/** Whether `data` is what the event is documented to have, as far as the library relies on it. */
export function isValid(event: string, data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const [kind, board] = partsOf(event);
  const { revision, entries, period, score } = data as Record<string, unknown>;
  if (board !== undefined && typeof period !== 'string') return false;
  if (kind === 'me') return typeof score === 'number';
  if (kind === 'around:me') return Array.isArray(board === undefined ? data : entries);
  return typeof revision === 'number' && Array.isArray(entries);
}

/**
 * Whether `data` is older than `known`, data of the same event: then it comes from a gateway that lags behind. A revision counts within a
 * period. The ids of a board's periods sort like their times.
 */
export function isOlder(data: Partial<InPeriod & Board>, known: Partial<InPeriod & Board>): boolean {
  const [period, knownPeriod] = [data.period ?? '', known.period ?? ''];
  if (period !== knownPeriod) return period < knownPeriod;
  return data.revision !== undefined && known.revision !== undefined && data.revision < known.revision;
}
