import type { Server as HttpServer } from 'node:http';
import { type BeforeApplicationShutdown, type DynamicModule, type FactoryProvider, Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BoardCache, IdentifySubscriber, type Subscriber } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { from } from 'rxjs';
import { BoardGateway } from '../board.gateway';
import { Subscriptions } from '../channels/subscriptions';
import { PlainBoardGateway } from '../plain-board.gateway';
import { SubscriptionsModule } from '../subscriptions.module';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';
import { MAX_BUFFERED_BYTES, SOCKETS_OPTIONS, type SocketsOptions } from './sockets.options';

const PATH = '/ws/scores';

/**
 * The live board on the HTTP server of a host's application. A Nest application has one WebSocket adapter, which is the host's: so the gateways
 * are connected to ours by hand, and the global guards, pipes and interceptors of the host do not see them.
 */
@Module({})
export class HostSocketsModule implements OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown {
  private adapter?: ScoreboardSocketAdapter;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly boardCache: BoardCache,
    private readonly subscribers: IdentifySubscriber,
    private readonly subscriptions: Subscriptions,
    private readonly events: ScoreboardEvents,
    @Inject(SOCKETS_OPTIONS) private readonly options: SocketsOptions,
  ) {}

  static forRootAsync(options: Pick<FactoryProvider<SocketsOptions>, 'useFactory' | 'inject'>): DynamicModule {
    return {
      module: HostSocketsModule,
      imports: [SubscriptionsModule.forRootAsync(options)],
      providers: [{ provide: SOCKETS_OPTIONS, ...options }],
      exports: [SubscriptionsModule],
    };
  }

  onModuleInit(): void {
    const { boardCache, subscribers, events, options } = this;
    const server = this.host.httpAdapter.getHttpServer() as HttpServer;
    this.adapter = new ScoreboardSocketAdapter(server, { ...options, isShared: true, maxBufferedBytes: MAX_BUFFERED_BYTES, boardCache, subscribers, events });
    connect(this.adapter, new BoardGateway(this.subscriptions), { namespace: PATH });
    connect(this.adapter, new PlainBoardGateway(this.subscriptions), { path: PATH, plain: true });
  }

  /** Connected clients are disconnected and reconnect to another gateway. */
  async onModuleDestroy(): Promise<void> {
    await this.adapter?.drain();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.adapter?.dispose();
  }
}

/** What Nest does with a gateway. */
function connect(adapter: ScoreboardSocketAdapter, gateway: BoardGateway | PlainBoardGateway, declaration: object): void {
  adapter.bindClientConnect(adapter.create(0, declaration), (client: Subscriber) => {
    gateway.handleConnection(client);
    const handlers = [
      { message: 'subscribe', callback: (channel: unknown) => gateway.subscribe(client, channel) },
      { message: 'unsubscribe', callback: (channel: unknown) => gateway.unsubscribe(client, channel) },
      { message: 'authenticate', callback: (token: unknown) => gateway.authenticate(client, token) },
      { message: 'ping', callback: () => gateway.ping() },
    ];
    adapter.bindMessageHandlers(client, handlers, (answer) => from(Promise.resolve(answer)));
    adapter.bindClientDisconnect(client, () => gateway.handleDisconnect(client));
  });
}
