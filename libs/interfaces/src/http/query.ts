import { z } from 'zod';

/** A whole number in a query, as digits. A repeated parameter arrives as an array and is refused. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string(message)
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/**
 * A list in a query, separated by commas, each part percent-encoded: `ids=a,b%2Cc` is `a` and `b,c`. Parsed queries no longer tell the commas apart.
 * A repeated parameter continues the list. A part that is not percent-encoded UTF-8 is empty.
 */
export function listed(url: string, name: string): string[] {
  const [, query = ''] = url.split('?', 2);
  const values = query.split('&').filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return values.flatMap((value) => (value ? value.split(',').map(decode) : []));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
