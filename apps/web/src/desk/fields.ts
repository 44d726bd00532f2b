import { find } from '../find';

/** What is in a field, without spaces around it; undefined if it is empty. */
export const text = (selector: string): string | undefined => find<HTMLInputElement>(selector).value.trim() || undefined;

/** The time in a field, in RFC 3339. The field is in the time zone of the device. */
export function time(selector: string): string | undefined {
  const value = text(selector);
  return value && new Date(value).toISOString();
}
