import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { SettingsError } from '@scoreboard/infrastructure/config';
import type { ExtensionModule } from '@scoreboard/interfaces';
import { importFile, importPackage, shareOurPackages } from './extension-loader.cjs';

/** What `@Module()` writes about a class. */
const MODULE_KEYS = ['imports', 'providers', 'controllers', 'exports'];

/**
 * Loads the modules of `SCOREBOARD_EXTENSIONS`, one after the other, in their order. An entry that begins with `./`, `../` or `/` is a file, relative
 * to the working directory; any other is a package installed there. Throws `SettingsError` with one line for each that cannot be loaded.
 */
export async function loadExtensions(entries: readonly string[]): Promise<readonly ExtensionModule[]> {
  if (!entries.length) return [];
  shareOurPackages();
  const modules: ExtensionModule[] = [];
  const problems: string[] = [];
  for (const entry of entries) {
    try {
      modules.push(await load(entry));
    } catch (error) {
      problems.push(`SCOREBOARD_EXTENSIONS: ${entry}: ${describe(error)}`);
    }
  }
  if (problems.length) throw new SettingsError(problems);
  return modules;
}

async function load(entry: string): Promise<ExtensionModule> {
  const found = await defaultOf(await (/^\.{0,2}\//.test(entry) ? importAt(resolve(entry)) : importPackage(entry)));
  if (found === undefined) throw new Error('has no default export; expected a Nest module (module.exports = MyModule, or export default)');
  if (!isModule(found)) throw new Error('its default export is not a Nest module; expected a class with @Module({ … }) that lists something, or a dynamic module');
  return found;
}

function importAt(file: string) {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  return importFile(file);
}

/** TypeScript compiles a default export of CommonJS to `exports.default`. */
async function defaultOf({ default: exported }: { readonly default?: unknown }): Promise<unknown> {
  if (isModule(exported)) return exported;
  const inner = (exported as { readonly default?: unknown } | null | undefined)?.default;
  const found: unknown = await (inner ?? exported);
  // A CommonJS file that exports nothing has an empty object.
  return typeof found === 'object' && found !== null && Object.keys(found).length === 0 ? undefined : found;
}

function isModule(found: unknown): found is ExtensionModule {
  if (typeof found === 'function') return MODULE_KEYS.some((key) => Reflect.hasMetadata(key, found));
  return typeof (found as Partial<DynamicModule> | null | undefined)?.module === 'function';
}

/** One line. A syntax error has its place only in the stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const [message = ''] = error.message.split('\n');
  const [place = ''] = error instanceof SyntaxError ? (error.stack ?? '').split('\n') : [];
  return /:\d+$/.test(place) ? `${message} (${place})` : message || error.name;
}
