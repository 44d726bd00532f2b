import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem, sendProblem } from '../http';

/** Says to whom asks for the live board as for a page how it is reached. */
@Controller('ws/scores')
export class UpgradeRequiredController {
  @Get()
  explain(@Req() { url }: FastifyRequest, @Res() reply: FastifyReply): void {
    const detail = "This is a WebSocket: connect with new WebSocket('wss://<this host>/ws/scores').";
    void sendProblem(reply.headers({ upgrade: 'websocket', connection: 'Upgrade, close' }), problem(426, { instance: url.split('?', 1)[0], detail }));
  }
}
