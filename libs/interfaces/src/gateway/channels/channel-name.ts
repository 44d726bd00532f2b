import { MAX_TOP } from '@scoreboard/domain';

/** What a subscriber can subscribe to; its data arrives under the same name. */
export type ChannelName = 'scores:top' | 'scores:me' | 'around:me' | `top:${number}`;

const NAMED: readonly string[] = ['scores:top', 'scores:me', 'around:me'];

/** Undefined if `name` is not a channel. */
export function parseChannel(name: unknown): ChannelName | undefined {
  if (typeof name !== 'string') return undefined;
  const isTop = /^top:[1-9]\d{0,2}$/.test(name) && topCount(name as ChannelName) <= MAX_TOP;
  return isTop || NAMED.includes(name) ? (name as ChannelName) : undefined;
}

/** Whether the channel belongs to one user. */
export const isPersonal = (channel: ChannelName): boolean => channel.endsWith(':me');

/** The n of `top:<n>`. */
export const topCount = (channel: ChannelName): number => Number(channel.slice('top:'.length));
