import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem, sendProblem } from '../http';

/** Answers plain HTTP requests to the WebSocket path with 426 and how to connect. */
@Controller('ws/scores')
export class UpgradeRequiredController {
  @Get()
  explain(@Req() { url }: FastifyRequest, @Res() reply: FastifyReply): void {
    const detail = "This path is a WebSocket endpoint. Connect with new WebSocket('wss://<this host>/ws/scores').";
    void sendProblem(reply.headers({ upgrade: 'websocket', connection: 'Upgrade, close' }), problem(426, { instance: url.split('?', 1)[0], detail }));
  }
}
