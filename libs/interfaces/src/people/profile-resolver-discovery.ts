import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ResolveProfiles, type ResolvesProfiles } from '@scoreboard/application';
import { decoratedProviders } from '../decorated-providers';
import { PROFILE_RESOLVER } from './profile-resolver.decorator';

/** Finds the provider with `@ProfileResolver()`, in all modules. One that cannot be a resolver stops the start, and so does a second one. */
@Injectable()
export class ProfileResolverDiscovery implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly resolve: ResolveProfiles,
  ) {}

  onModuleInit(): void {
    for (const { name, instance } of decoratedProviders<ResolvesProfiles>(this.discovery, PROFILE_RESOLVER, 'profile resolver', 'resolve')) this.resolve.use(name, instance);
  }
}
