import type { DiscoveryService } from '@nestjs/core';

/** A provider whose class has a decorator, by the name of the class. */
export interface DecoratedProvider<P> {
  readonly name: string;
  readonly instance: P;
}

/** The providers of all modules, each once, whose class has the metadata `key`. Throws for one that has another scope than the default, or lacks `method`; `what` names it. */
export function decoratedProviders<P extends object>(discovery: DiscoveryService, key: string, what: string, method: keyof P & string): readonly DecoratedProvider<P>[] {
  const found = new Map<unknown, DecoratedProvider<P>>();
  for (const provider of discovery.getProviders()) {
    const instance = provider.instance as Partial<P> | undefined;
    // The class of a provider with a factory is known only by its instance.
    const type = [provider.metatype, instance?.constructor].find((one) => one && Reflect.hasMetadata(key, one));
    if (!type || found.has(instance)) continue;
    const { name } = type;
    if (!provider.isDependencyTreeStatic()) throw new Error(`The ${what} ${name} must be a singleton (default scope), and all that it injects must be singletons too: it is created once.`);
    if (typeof instance?.[method] !== 'function') throw new Error(`The ${what} ${name} must have a method ${method}.`);
    found.set(instance, { name, instance: instance as P });
  }
  return [...found.values()];
}
