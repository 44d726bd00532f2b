import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headersOfRefusal, problemOfRefusal, sendProblem } from './problem';

/** In a host's application: answers the refusals of our routes as problems. Every other error is the host's, with its own filters and format. */
@Catch(Refusal)
export class RefusalFilter implements ExceptionFilter<Refusal> {
  catch(refusal: Refusal, host: ArgumentsHost): void {
    const { url } = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.headers(headersOfRefusal(refusal));
    void sendProblem(reply, problemOfRefusal(refusal, url.split('?')[0]));
  }
}
