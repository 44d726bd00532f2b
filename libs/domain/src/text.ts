const UNWRITABLE = /[\p{Cs}\0]/u;

/** Whether a string can be written down as it is: it has no half of a surrogate pair, which UTF-8 has no bytes for, and no U+0000, which PostgreSQL does not store. */
export const isText = (value: string): boolean => !UNWRITABLE.test(value);
