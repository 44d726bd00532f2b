import { Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { type ErrorReporter, type EventConsumers, LedgerConsumers } from '@scoreboard/application';
import type { LedgerEvent, LedgerEvents } from '@scoreboard/domain';
import { LedgerEventDiscovery } from './ledger-event-discovery';
import { type LedgerEventOptions, OnLedgerEvent } from './on-ledger-event.decorator';

const event = { type: 'user.hidden', userId: 'ann' } as LedgerEvent;
const { signal } = new AbortController();

async function consumersOf(...imports: NonNullable<ModuleMetadata['imports']>): Promise<LedgerConsumers> {
  const consumers = new LedgerConsumers({} as LedgerEvents, {} as EventConsumers, {} as ErrorReporter);
  const app = await Test.createTestingModule({ imports: [DiscoveryModule, ...imports], providers: [{ provide: LedgerConsumers, useValue: consumers }, LedgerEventDiscovery] }).compile();
  await app.init();
  await app.close();
  return consumers;
}

/** A module with one consumer of these options. */
function moduleOf(options: Partial<LedgerEventOptions>, scope?: Scope) {
  @Injectable({ scope })
  class Mailer {
    readonly got: unknown[] = [];
    @OnLedgerEvent({ consumer: 'mailer', types: ['user.hidden'], ...options } as LedgerEventOptions)
    onEvent(...given: unknown[]) {
      this.got.push(given);
    }
  }
  return { module: class {}, providers: [Mailer, { provide: 'alias', useExisting: Mailer }] };
}

@Injectable()
class Two {
  readonly got: unknown[] = [];
  @OnLedgerEvent({ consumer: 'one', types: ['top.entered'] })
  one(...given: unknown[]) {
    this.got.push(given);
  }
  @OnLedgerEvent({ consumer: 'many', types: ['score.applied', 'score.reversed'], startFrom: 'beginning', batchSize: 50, maxTries: 3 })
  async many(...given: unknown[]) {
    this.got.push(given);
  }
}
const two = new Two();
@Module({ providers: [{ provide: 'by a factory', useFactory: () => two }] })
class TwoModule {}

describe('LedgerEventDiscovery', () => {
  it('finds the methods of providers in all modules, with one event or a batch as they ask for', async () => {
    const [one, many] = (await consumersOf(TwoModule)).all.map(({ definition }) => definition);
    expect(one).toMatchObject({ name: 'one', types: ['top.entered'], startFrom: 'now', batchSize: 1, maxTries: 10 });
    expect(many).toMatchObject({ name: 'many', startFrom: 'beginning', batchSize: 50, maxTries: 3 });
    await one!.handle([event], signal);
    await many!.handle([event], signal);
    expect(two.got).toEqual([[event, signal], [[event], signal]]);
  });

  it('adds a provider with two tokens once', async () => {
    expect((await consumersOf(moduleOf({}))).all).toHaveLength(1);
  });

  it.each<[string, Partial<LedgerEventOptions>]>([
    ['consumer must be 1 to 64 of', { consumer: 'My Mailer' }],
    ['types must list some of score.applied, .*; score.lost is unknown', { types: ['score.lost'] as never }],
    ['types must list some of', { types: [] }],
    ['startFrom must be now or beginning', { startFrom: 'yesterday' as never }],
    ['batchSize must be a whole number from 1 to 200', { batchSize: 0 }],
    ['maxTries must be a whole number from 1', { maxTries: 0.5 }],
  ])('stops the start: %s', async (problem, options) => {
    await expect(consumersOf(moduleOf(options))).rejects.toThrow(new RegExp(`^@OnLedgerEvent of Mailer.onEvent: ${problem}`));
  });

  it('stops the start for two consumers of one name, and for a provider of a request', async () => {
    await expect(consumersOf(moduleOf({}), moduleOf({}))).rejects.toThrow('Two consumers are named mailer');
    await expect(consumersOf(moduleOf({}, Scope.REQUEST))).rejects.toThrow('Mailer.onEvent with @OnLedgerEvent must be in a singleton (default-scope) provider');
  });
});
