import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';

/** What an extension exports: a class with `@Module()`, or a dynamic module. */
export type ExtensionModule = Type | DynamicModule;

type Import = ExtensionModule | ForwardReference | Promise<DynamicModule>;

/** The modules of the extensions, with all modules that they import. */
export class Extensions {
  private constructor(readonly modules: ReadonlySet<Type>) {}

  static async of(modules: readonly ExtensionModule[]): Promise<Extensions> {
    const found = new Set<Type>();
    for (const module of modules) await collect(module, found);
    return new Extensions(found);
  }
}

async function collect(imported: Import, found: Set<Type>): Promise<void> {
  const definition = (await ('forwardRef' in imported ? imported.forwardRef() : imported)) as ExtensionModule;
  const [type, own] = 'module' in definition ? [definition.module, definition.imports ?? []] : [definition, []];
  const isKnown = found.has(type);
  found.add(type);
  const decorated: readonly Import[] = isKnown ? [] : (Reflect.getMetadata(MODULE_METADATA.IMPORTS, type) ?? []);
  for (const inner of [...decorated, ...own]) await collect(inner, found);
}
