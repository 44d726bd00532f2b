import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { CONSUMER_NAME, type ConsumerDefinition, LedgerConsumers } from '@scoreboard/application';
import { isLedgerEventType, LEDGER_EVENT_TYPES, type LedgerEvent } from '@scoreboard/domain';
import { type LedgerEventOptions, ON_LEDGER_EVENT } from './on-ledger-event.decorator';

type Handler = (given: LedgerEvent | readonly LedgerEvent[], signal: AbortSignal) => unknown;

const MAX_BATCH = 200;
const MAX_TRIES = 10;
const RETRY_MS = [1_000, 60_000] as const;

/** Finds the methods with `@OnLedgerEvent()`, of providers in all modules, and gives them to `LedgerConsumers`. One that cannot be a consumer stops the start. */
@Injectable()
export class LedgerEventDiscovery implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly consumers: LedgerConsumers,
  ) {}

  onModuleInit(): void {
    const found = new Set<unknown>();
    for (const provider of this.discovery.getProviders()) {
      // A provider of a request has no instance, but its class tells what it would be.
      const instance = provider.instance as Record<string, Handler> | undefined;
      const prototype = (instance && typeof instance === 'object' ? Object.getPrototypeOf(instance) : provider.metatype?.prototype) as Record<string, Handler> | undefined;
      if (!prototype || prototype === Object.prototype || found.has(instance)) continue;
      if (instance) found.add(instance);
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const options = Reflect.getMetadata(ON_LEDGER_EVENT, prototype[name]!) as LedgerEventOptions | undefined;
        if (!options) continue;
        const where = `${prototype.constructor.name}.${name}`;
        if (!provider.isDependencyTreeStatic()) throw new Error(`${where} with @OnLedgerEvent must be in a singleton (default-scope) provider, and all that it injects must be singletons too: a consumer is created once.`);
        this.consumers.add(definitionOf(options, where, (given, signal) => instance![name]!(given, signal)));
      }
    }
  }
}

function definitionOf(options: LedgerEventOptions, where: string, handler: Handler): ConsumerDefinition {
  const { consumer, types, startFrom = 'now', batchSize, maxTries = MAX_TRIES } = options;
  const refuse = (problem: string) => {
    throw new Error(`@OnLedgerEvent of ${where}: ${problem}`);
  };
  if (!CONSUMER_NAME.test(consumer)) refuse('consumer must be 1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit.');
  const unknown = [types ?? []].flat().filter((type) => !isLedgerEventType(type));
  if (!types?.length || unknown.length) refuse(`types must list some of ${LEDGER_EVENT_TYPES.join(', ')}${unknown.length ? `; ${unknown.join(', ')} is unknown` : ''}.`);
  if (startFrom !== 'now' && startFrom !== 'beginning') refuse('startFrom must be now or beginning.');
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= MAX_BATCH)) refuse(`batchSize must be a whole number from 1 to ${MAX_BATCH}.`);
  if (!(Number.isInteger(maxTries) && maxTries >= 1)) refuse('maxTries must be a whole number from 1.');
  const handle = async (events: readonly LedgerEvent[], signal: AbortSignal) => handler(batchSize === undefined ? events[0]! : events, signal);
  return { name: consumer, types, startFrom, batchSize: batchSize ?? 1, maxTries, retryMs: RETRY_MS, handle };
}
