import type { BoardChannelName } from './channel-name';

/** Names the board and the period in what is sent of a board other than `global`. */
export interface BoardLabel {
  readonly board: string;
  /** The id of the period. */
  readonly period: string;
  /** Until the board is filled: the period counts what was applied after this moment, in RFC 3339. */
  readonly countsFrom?: string;
}

export const eventOf = (channel: BoardChannelName, label?: BoardLabel): string => (label ? `${channel}@${label.board}` : channel);

/** The data with the label; a list becomes its `entries`. */
export function labeled<Data extends object>(data: Data, label?: BoardLabel): Data {
  if (!label) return data;
  return { ...label, ...(Array.isArray(data) ? { entries: data as unknown[] } : data) } as unknown as Data;
}
