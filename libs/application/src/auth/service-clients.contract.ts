import type { ServiceClients } from './service-clients';

/** The contract of every `ServiceClients`. `make` returns an empty one. */
export function serviceClientsContract(make: () => Promise<ServiceClients>): void {
  let clients: ServiceClients;
  beforeEach(async () => {
    clients = await make();
  });

  it('finds an added client, byte for byte', async () => {
    expect(await clients.add({ id: 'game', scopes: ['scores:write:any', 'actions:issue'] }, 'a hash')).toBe(true);
    expect(await clients.find('game')).toEqual({ id: 'game', scopes: ['scores:write:any', 'actions:issue'], createdAt: expect.any(Date), secretHash: 'a hash' });
    expect(await clients.find('Game')).toBeUndefined();
  });

  it('assigns an id only once, even to concurrent callers and after it was revoked', async () => {
    const added = await Promise.all(['one', 'two', 'three'].map((hash) => clients.add({ id: 'game', scopes: [] }, hash)));
    expect(added.filter(Boolean)).toHaveLength(1);
    await clients.revoke('game');
    expect(await clients.add({ id: 'game', scopes: [] }, 'four')).toBe(false);
  });

  it('revokes a client once, and keeps revoked clients', async () => {
    await clients.add({ id: 'game', scopes: [] }, 'a hash');
    expect(await clients.revoke('other')).toBe(false);
    expect(await clients.revoke('game')).toBe(true);
    const { revokedAt } = (await clients.find('game'))!;
    expect(revokedAt).toBeInstanceOf(Date);
    expect(await clients.revoke('game')).toBe(false);
    expect((await clients.find('game'))!.revokedAt).toEqual(revokedAt);
  });

  it('lists all clients by id, without their secret hashes', async () => {
    for (const id of ['b', 'a']) await clients.add({ id, scopes: ['scores:admin'] }, 'a hash');
    await clients.revoke('b');
    expect(await clients.list()).toEqual([
      { id: 'a', scopes: ['scores:admin'], createdAt: expect.any(Date) },
      { id: 'b', scopes: ['scores:admin'], createdAt: expect.any(Date), revokedAt: expect.any(Date) },
    ]);
  });
}
