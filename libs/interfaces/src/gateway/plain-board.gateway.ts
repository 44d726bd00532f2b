import { ConnectedSocket, MessageBody, type OnGatewayConnection, type OnGatewayDisconnect, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Subscriber } from '@scoreboard/application';
import { Subscriptions } from './channels/subscriptions';

/** The live board over a plain WebSocket at `/ws/scores`, in frames `{"event", "data"}`; an answer has the event name of its request. */
@WebSocketGateway({ path: '/ws/scores', plain: true })
export class PlainBoardGateway implements OnGatewayConnection, OnGatewayDisconnect {
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

  @SubscribeMessage('authenticate')
  async authenticate(@ConnectedSocket() subscriber: Subscriber, @MessageBody() token: unknown) {
    const answer = await this.subscriptions.authenticate(subscriber, token);
    if (!answer) return undefined;
    return answer.ok ? { event: 'authenticated', data: { ok: true } } : { event: 'unauthenticated', data: { reason: answer.reason } };
  }

  @SubscribeMessage('ping')
  ping() {
    return { event: 'pong', data: this.subscriptions.pong() };
  }
}
