import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { LedgerConsumers } from '@scoreboard/application';
import type { WebhookEndpoint } from '@scoreboard/infrastructure/config';
import { sendWebhook } from './webhook-request';

const ENDPOINTS = Symbol('endpoints of webhooks');

/** Pauses from 5 s, doubled up to an hour, each minus up to half of it: so many tries take about a day. */
const MAX_TRIES = 42;
const RETRY_MS = [5_000, 3_600_000] as const;

/**
 * Sends ledger events to other servers. Each endpoint is a consumer with a position of its own, `webhook:<id>`: one that is away holds up no other. An event
 * that it has not taken within a day is set aside, and the next one follows. The app provides `LedgerConsumers` globally.
 */
@Module({})
export class WebhooksModule implements OnModuleInit {
  constructor(
    @Inject(ENDPOINTS) private readonly endpoints: readonly WebhookEndpoint[],
    private readonly consumers: LedgerConsumers,
  ) {}

  static forRoot(endpoints: readonly WebhookEndpoint[]): DynamicModule {
    return { module: WebhooksModule, providers: [{ provide: ENDPOINTS, useValue: endpoints }] };
  }

  onModuleInit(): void {
    for (const endpoint of this.endpoints) {
      const { id, types, startFrom } = endpoint;
      this.consumers.add({ name: `webhook:${id}`, types, startFrom, batchSize: 1, maxTries: MAX_TRIES, retryMs: RETRY_MS, handle: ([event], signal) => sendWebhook(endpoint, event!, signal) });
    }
  }
}
