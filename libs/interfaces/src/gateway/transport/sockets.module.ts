import { type DynamicModule, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentifySubscriber, BoardCache } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { OnAppCreated } from '../../http/on-app-created';
import { GatewayModule } from '../gateway.module';
import type { GatewayOptions } from '../gateway-options';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';

/** A client with more unsent bytes than this is disconnected: a few hundred boards. */
const MAX_BUFFERED_BYTES = 256 * 1024;

export interface SocketsOptions extends GatewayOptions {
  /** Origins whose pages may connect, besides the application's own. */
  readonly corsOrigins: readonly string[];
  /** How many proxies in front are trusted to report the client's address. */
  readonly trustProxy: number;
  /** The most connections of this process. */
  readonly maxConnections: number;
  /** The most connections of one client address; 0 for no limit. */
  readonly maxPerAddress: number;
}

const OPTIONS = Symbol('options of the sockets');

/** The live board over Socket.IO and plain WebSockets. Accepts clients only while the board is fresh. */
@Module({})
export class SocketsModule implements OnAppCreated, OnModuleDestroy {
  private adapter?: ScoreboardSocketAdapter;

  constructor(
    private readonly boardCache: BoardCache,
    private readonly subscribers: IdentifySubscriber,
    private readonly events: ScoreboardEvents,
    @Inject(OPTIONS) private readonly options: SocketsOptions,
  ) {}

  static forRoot(options: SocketsOptions): DynamicModule {
    return { module: SocketsModule, imports: [GatewayModule.forRoot(options)], providers: [{ provide: OPTIONS, useValue: options }], exports: [GatewayModule] };
  }

  onAppCreated(app: NestFastifyApplication): void {
    const { boardCache, subscribers, events, options } = this;
    this.adapter = new ScoreboardSocketAdapter(app, { ...options, maxBufferedBytes: MAX_BUFFERED_BYTES, boardCache, subscribers, events });
    app.useWebSocketAdapter(this.adapter);
  }

  /** The first step of shutdown: connected clients are disconnected and reconnect to another gateway. */
  async onModuleDestroy(): Promise<void> {
    await this.adapter?.drain();
  }
}
