import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ResolveProfiles, type ResolvesProfiles } from '@scoreboard/application';
import { PROFILE_RESOLVER } from './profile-resolver.decorator';

/** Finds the provider with `@ProfileResolver()`, in all modules. One that cannot be a resolver stops the start, and so does a second one. */
@Injectable()
export class ProfileResolverDiscovery implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly resolve: ResolveProfiles,
  ) {}

  onModuleInit(): void {
    const found = new Set<unknown>();
    for (const provider of this.discovery.getProviders()) {
      const resolver = provider.instance as Partial<ResolvesProfiles> | undefined;
      // The class of a provider with a factory is known only by its instance.
      const type = [provider.metatype, resolver?.constructor].find((one) => one && Reflect.hasMetadata(PROFILE_RESOLVER, one));
      if (!type || found.has(resolver)) continue;
      found.add(resolver);
      const { name } = type;
      if (!provider.isDependencyTreeStatic()) throw new Error(`The profile resolver ${name} must have the default scope, and so must all that it injects: it is created once.`);
      if (typeof resolver?.resolve !== 'function') throw new Error(`The profile resolver ${name} must have a method resolve.`);
      this.resolve.use(name, resolver as ResolvesProfiles);
    }
  }
}
