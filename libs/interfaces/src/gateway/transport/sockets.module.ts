import { type DynamicModule, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentifySubscriber, BoardCache } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { OnAppCreated } from '../../http/on-app-created';
import { GatewayModule } from '../gateway.module';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';
import { MAX_BUFFERED_BYTES, SOCKETS_OPTIONS, type SocketsOptions } from './sockets.options';

/** The live board over Socket.IO and plain WebSockets. Accepts clients only while the board is fresh. */
@Module({})
export class SocketsModule implements OnAppCreated, OnModuleDestroy {
  private adapter?: ScoreboardSocketAdapter;

  constructor(
    private readonly boardCache: BoardCache,
    private readonly subscribers: IdentifySubscriber,
    private readonly events: ScoreboardEvents,
    @Inject(SOCKETS_OPTIONS) private readonly options: SocketsOptions,
  ) {}

  static forRoot(options: SocketsOptions): DynamicModule {
    return { module: SocketsModule, imports: [GatewayModule.forRoot(options)], providers: [{ provide: SOCKETS_OPTIONS, useValue: options }], exports: [GatewayModule] };
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
