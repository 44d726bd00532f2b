import { type DynamicModule, Inject, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentifySubscriber, BoardCache } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { bareAnswer } from '../../http/bare-connection';
import type { OnAppCreated } from '../../http/on-app-created';
import { GatewayModule } from '../gateway.module';
import type { GatewayOptions } from '../gateway-options';
import { openFilesProblem } from './open-files';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';

/** A client for which more than this piles up is dropped: some hundred boards. */
const MAX_BUFFERED_BYTES = 256 * 1024;

export interface SocketsOptions extends GatewayOptions {
  /** Origins whose pages may connect, beside the application's own. */
  readonly corsOrigins: readonly string[];
  /** Proxies in front that are believed about the client's address. */
  readonly trustProxy: number;
  /** The most connections of this process. */
  readonly maxConnections: number;
  /** The most connections of one client address; 0 for no limit. */
  readonly maxPerAddress: number;
}

const OPTIONS = Symbol('options of the sockets');

/** The live board over Socket.IO and plain WebSockets; takes clients only while the board is fresh. Warns where the system lets in fewer than `maxConnections`. */
@Module({})
export class SocketsModule implements OnAppCreated, OnModuleDestroy {
  private adapter?: ScoreboardSocketAdapter;

  constructor(
    private readonly live: BoardCache,
    private readonly subscribers: IdentifySubscriber,
    private readonly events: ScoreboardEvents,
    @Inject(OPTIONS) private readonly options: SocketsOptions,
  ) {}

  static forRoot(options: SocketsOptions): DynamicModule {
    return { module: SocketsModule, imports: [GatewayModule.forRoot(options)], providers: [{ provide: OPTIONS, useValue: options }], exports: [GatewayModule] };
  }

  onAppCreated(app: NestFastifyApplication): void {
    const { live, subscribers, events, options } = this;
    this.adapter = new ScoreboardSocketAdapter(app, { ...options, answer: bareAnswer, maxBufferedBytes: MAX_BUFFERED_BYTES, live, subscribers, events });
    app.useWebSocketAdapter(this.adapter);
    const problem = openFilesProblem(options.maxConnections);
    if (problem) new Logger('OpenFiles').warn(problem);
  }

  /** The first step of closing: clients that stay connected are told to come back elsewhere. */
  async onModuleDestroy(): Promise<void> {
    await this.adapter?.drain();
  }
}
