import { ConnectedSocket, MessageBody, type OnGatewayConnection, type OnGatewayDisconnect, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Viewer } from '@scoreboard/application';
import { Audience } from './channels/audience';

/** The live board over a plain WebSocket at `/ws/scores`, in frames `{"event", "data"}`; answers come under the event that asked. */
@WebSocketGateway({ path: '/ws/scores', plain: true })
export class PlainBoardGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(private readonly audience: Audience) {}

  handleConnection(viewer: Viewer): void {
    this.audience.connect(viewer);
  }

  handleDisconnect(viewer: Viewer): void {
    this.audience.disconnect(viewer);
  }

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() viewer: Viewer, @MessageBody() channel: unknown) {
    return this.audience.subscribe(viewer, channel);
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() viewer: Viewer, @MessageBody() channel: unknown) {
    return this.audience.unsubscribe(viewer, channel);
  }

  @SubscribeMessage('authenticate')
  async authenticate(@ConnectedSocket() viewer: Viewer, @MessageBody() token: unknown) {
    const answer = await this.audience.authenticate(viewer, token);
    if (!answer) return undefined;
    return answer.ok ? { event: 'authenticated', data: { ok: true } } : { event: 'unauthenticated', data: { reason: answer.reason } };
  }

  @SubscribeMessage('ping')
  ping() {
    return { event: 'pong', data: this.audience.pong() };
  }
}
