import { ConnectedSocket, MessageBody, type OnGatewayConnection, type OnGatewayDisconnect, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Subscriber } from '@scoreboard/application';
import { Subscriptions } from './channels/subscriptions';

/** The live board over Socket.IO, namespace `/ws/scores`. */
@WebSocketGateway({ namespace: '/ws/scores' })
export class BoardGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(private readonly subscriptions: Subscriptions) {}

  handleConnection(subscriber: Subscriber): void {
    this.subscriptions.connect(subscriber);
  }

  handleDisconnect(subscriber: Subscriber): void {
    this.subscriptions.disconnect(subscriber);
  }

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() subscriber: Subscriber, @MessageBody() channel: unknown) {
    return this.subscriptions.subscribe(subscriber, channel);
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() subscriber: Subscriber, @MessageBody() channel: unknown) {
    return this.subscriptions.unsubscribe(subscriber, channel);
  }

  /** Without the reason: only clients on plain WebSockets receive it. */
  @SubscribeMessage('authenticate')
  async authenticate(@ConnectedSocket() subscriber: Subscriber, @MessageBody() token: unknown) {
    const answer = await this.subscriptions.authenticate(subscriber, token);
    return answer && !answer.ok ? { ok: false, code: answer.code } : answer;
  }

  @SubscribeMessage('ping')
  ping() {
    return this.subscriptions.pong();
  }
}
