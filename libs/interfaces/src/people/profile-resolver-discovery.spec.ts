import { type ModuleMetadata, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { type FollowProfiles, type Profiles, ResolveProfiles } from '@scoreboard/application';
import { ProfileResolver } from './profile-resolver.decorator';
import { ProfileResolverDiscovery } from './profile-resolver-discovery';

@ProfileResolver()
class Players {
  resolve() {
    return {};
  }
}

async function isUsedWith(providers: ModuleMetadata['providers']): Promise<boolean> {
  const resolve = new ResolveProfiles({} as Profiles, {} as FollowProfiles, { report: () => undefined });
  const app = await Test.createTestingModule({
    imports: [DiscoveryModule, { module: class {}, providers }],
    providers: [{ provide: ResolveProfiles, useValue: resolve }, ProfileResolverDiscovery],
  }).compile();
  await app.init();
  await app.close();
  return resolve.isUsed;
}

describe('ProfileResolverDiscovery', () => {
  it('finds a resolver in any module, by class, by factory, and under two tokens', async () => {
    expect(await isUsedWith([])).toBe(false);
    expect(await isUsedWith([Players, { provide: 'alias', useExisting: Players }])).toBe(true);
    expect(await isUsedWith([{ provide: 'by a factory', useFactory: () => new Players() }])).toBe(true);
  });

  it('stops the start for a second resolver, one of a request, and one without resolve', async () => {
    @ProfileResolver()
    class Empty {}
    await expect(isUsedWith([Players, { provide: 'another', useFactory: () => new Players() }])).rejects.toThrow('There are two profile resolvers, Players and Players');
    await expect(isUsedWith([{ provide: Players, useClass: Players, scope: Scope.REQUEST }])).rejects.toThrow('The profile resolver Players must be a singleton (default scope)');
    await expect(isUsedWith([Empty])).rejects.toThrow('The profile resolver Empty must have a method resolve.');
  });
});
