import { list } from './claim-settings';

/** Files and packages to load, each once, in this order. */
export const extensions = list.refine((entries) => new Set(entries).size === entries.length, 'must not list an extension twice');
