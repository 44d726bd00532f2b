import { randomUUID } from 'node:crypto';
import type { ConsumerRecords } from './consumer-records';
import type { EventConsumers } from './event-consumers';

const HOUR_MS = 3_600_000;
const at = (sequence: number, place = 0) => ({ sequence, place });
const poison = { ...at(7, 1), type: 'top.entered' } as const;

/** The contract of every `EventConsumers` and `ConsumerRecords`. `make` returns empty ones on one store. */
export function eventConsumersContract(make: () => Promise<{ readonly consumers: EventConsumers; readonly records: ConsumerRecords }>): void {
  let consumers: EventConsumers;
  let records: ConsumerRecords;
  const mine = { consumer: 'mailer', holder: randomUUID() };
  const other = { consumer: 'mailer', holder: randomUUID() };
  beforeEach(async () => {
    ({ consumers, records } = await make());
    await consumers.create('mailer', async () => at(5));
  });

  it('creates a consumer once, and does not ask where to start again', async () => {
    const start = jest.fn(async () => at(9));
    await consumers.create('mailer', start);
    expect(start).not.toHaveBeenCalled();
    expect(await consumers.claim(mine, HOUR_MS)).toEqual({ position: at(5), failures: 0, retryInMs: 0, setAside: 0, retries: [] });
    expect(await consumers.claim({ ...mine, consumer: 'nobody' }, HOUR_MS)).toBeUndefined();
  });

  it('gives the lease to one holder, who renews it, until it is released or expires', async () => {
    expect(await consumers.claim(mine, HOUR_MS)).toBeDefined();
    expect(await consumers.claim(other, HOUR_MS)).toBeUndefined();
    expect(await consumers.claim(mine, HOUR_MS)).toBeDefined();
    await consumers.release(other);
    expect(await consumers.claim(other, HOUR_MS)).toBeUndefined();
    await consumers.release(mine);
    expect(await consumers.claim(other, 0)).toBeDefined();
    expect(await consumers.claim(mine, HOUR_MS)).toBeDefined();
  });

  it('changes nothing for who has lost the lease', async () => {
    await consumers.claim(other, 0);
    await consumers.claim(mine, HOUR_MS);
    expect(await consumers.advance(other, at(99), HOUR_MS)).toBe(false);
    expect(await consumers.fail(other, at(99), 0, 'away')).toBe(false);
    expect(await consumers.setAside(other, poison, 3, 'away')).toBe(false);
    expect(await consumers.advance(mine, at(6, 2), HOUR_MS)).toBe(true);
    expect(await consumers.claim(mine, HOUR_MS)).toMatchObject({ position: at(6, 2), failures: 0, setAside: 0 });
  });

  it('counts the failures of the next event, and remembers when to try again', async () => {
    await consumers.claim(mine, HOUR_MS);
    await consumers.fail(mine, at(6), HOUR_MS, 'first');
    await consumers.fail(mine, at(6), HOUR_MS, 'second');
    await consumers.release(mine);
    const { retryInMs, ...lease } = (await consumers.claim(other, HOUR_MS))!;
    expect(lease).toMatchObject({ position: at(6), failures: 2 });
    expect(retryInMs).toBeGreaterThan(HOUR_MS / 2);
    expect(await records.list()).toEqual([{ consumer: 'mailer', position: at(6), isRunning: true, failures: 2, problem: 'second', retryAt: expect.any(Date), setAside: 0 }]);
    await consumers.fail(other, at(6, 1), 0, 'another event');
    expect(await consumers.claim(other, HOUR_MS)).toMatchObject({ failures: 1 });
    await consumers.advance(other, at(7), HOUR_MS);
    expect(await records.list()).toEqual([{ consumer: 'mailer', position: at(7), isRunning: true, failures: 0, setAside: 0 }]);
  });

  it('puts an event aside, and hands it out again when the operator asks for it', async () => {
    await consumers.claim(mine, HOUR_MS);
    expect(await consumers.setAside(mine, poison, 3, 'no such user')).toBe(true);
    expect(await consumers.claim(mine, HOUR_MS)).toMatchObject({ position: at(7, 1), failures: 0, setAside: 1, retries: [] });
    expect(await records.listSetAside()).toEqual([{ consumer: 'mailer', ...poison, tries: 3, problem: 'no such user', at: expect.any(Date), retry: false }]);
    expect(await records.listSetAside('nobody')).toEqual([]);
    expect([await records.retry('mailer', at(8)), await records.retry('nobody'), await records.retry('mailer', poison)]).toEqual([0, 0, 1]);
    expect((await consumers.claim(mine, HOUR_MS))!.retries).toEqual([poison]);
    await consumers.retried('mailer', poison, 'still none');
    expect((await consumers.claim(mine, HOUR_MS))!.retries).toEqual([]);
    expect(await records.listSetAside('mailer')).toMatchObject([{ tries: 4, problem: 'still none', retry: false }]);
    await records.retry('mailer');
    await consumers.retried('mailer', poison);
    expect(await records.countSetAside('mailer')).toBe(0);
  });

  it('drops events for the operator, one or all of a consumer', async () => {
    await consumers.claim(mine, HOUR_MS);
    for (const place of [1, 2, 3]) await consumers.setAside(mine, { ...poison, place }, 1, 'no');
    expect([await records.countSetAside('mailer', at(7, 2)), await records.drop('mailer', at(7, 2)), await records.countSetAside('mailer')]).toEqual([1, 1, 2]);
    expect([await records.drop('mailer'), await records.drop('mailer')]).toEqual([2, 0]);
  });

  it('sends a consumer to another position, which the holder does not overwrite', async () => {
    await consumers.claim(mine, 0);
    await consumers.fail(mine, at(6), HOUR_MS, 'away');
    expect([await records.move('mailer', at(2)), await records.move('nobody', at(2))]).toEqual([true, false]);
    expect(await consumers.advance(mine, at(7), HOUR_MS)).toBe(false);
    expect(await consumers.claim(mine, HOUR_MS)).toMatchObject({ position: at(2), failures: 0, retryInMs: 0 });
  });
}
