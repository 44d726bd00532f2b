import { ConnectedSocket, MessageBody, type OnGatewayConnection, type OnGatewayDisconnect, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Viewer } from '@scoreboard/application';
import { Audience } from './channels/audience';

/** The live board over Socket.IO, namespace `/ws/scores`. */
@WebSocketGateway({ namespace: '/ws/scores' })
export class BoardGateway implements OnGatewayConnection, OnGatewayDisconnect {
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

  /** Without its reason: that is for those who speak no Socket.IO. */
  @SubscribeMessage('authenticate')
  async authenticate(@ConnectedSocket() viewer: Viewer, @MessageBody() token: unknown) {
    const answer = await this.audience.authenticate(viewer, token);
    return answer && !answer.ok ? { ok: false, code: answer.code } : answer;
  }

  @SubscribeMessage('ping')
  ping() {
    return this.audience.pong();
  }
}
