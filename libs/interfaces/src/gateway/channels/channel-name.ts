import { BOARD_ID, MAX_TOP } from '@scoreboard/domain';

/** A channel of one board. */
export type BoardChannelName = 'scores:top' | 'scores:me' | 'around:me' | `top:${number}`;

/** What a subscriber can subscribe to; its data arrives under the same name. Without `@board` it belongs to the board `global`. */
export type ChannelName = BoardChannelName | `${BoardChannelName}@${string}`;

const NAMED: readonly string[] = ['scores:top', 'scores:me', 'around:me'];

/** Undefined if `name` is not a channel. The board need not exist. */
export function parseChannel(name: unknown): ChannelName | undefined {
  if (typeof name !== 'string') return undefined;
  const [channel, board, ...others] = name.split('@') as [BoardChannelName, string?, ...string[]];
  const isTop = /^top:[1-9]\d{0,2}$/.test(channel) && topCount(channel) <= MAX_TOP;
  const isKnown = isTop || NAMED.includes(channel);
  return isKnown && (board === undefined || BOARD_ID.test(board)) && !others.length ? (name as ChannelName) : undefined;
}

/** The channel, and the board if it names one. */
export const splitChannel = (channel: ChannelName): readonly [channel: BoardChannelName, board?: string] => channel.split('@') as [BoardChannelName, string?];

/** Whether the channel belongs to one user. */
export const isPersonal = (channel: ChannelName): boolean => splitChannel(channel)[0].endsWith(':me');

/** The n of `top:<n>`. */
export const topCount = (channel: BoardChannelName): number => Number(channel.slice('top:'.length));
