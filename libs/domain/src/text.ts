const UNWRITABLE = /[\p{Cs}\0]/u;

/** Whether a string can be stored unchanged: it has no unpaired surrogate, which UTF-8 cannot encode, and no U+0000, which PostgreSQL cannot store. */
export const isText = (value: string): boolean => !UNWRITABLE.test(value);
