import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The settings of one block of `docs/identity-providers.md`. */
export type Recipe = Readonly<Record<string, string>>;

const text = readFileSync(join(__dirname, '../../../docs/identity-providers.md'), 'utf8');

/** Every block of settings in the document, by its heading. */
export const recipes: ReadonlyMap<string, readonly Recipe[]> = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section): [string, Recipe[]] => [section.split('\n', 1)[0]!, [...section.matchAll(/^```sh\n(JWT_[^`]*)^```$/gm)].map((match) => settingsIn(match[1]!))])
    .filter(([, blocks]) => blocks.length > 0),
);

function settingsIn(block: string): Recipe {
  return Object.fromEntries(block.trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
