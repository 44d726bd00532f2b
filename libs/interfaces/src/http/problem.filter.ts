import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headersOfRefusal, type Problem, problem, problemOfRefusal, sendProblem } from './problem';

/**
 * Turns every error of an HTTP request into a problem+json. A refusal is mapped by its kind, an HTTP error by its status. Anything
 * else becomes 500 without details: they are logged under the request id that the answer carries.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('ProblemFilter');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // Without the query: it may hold secrets.
    const instance = request.url.split('?')[0];
    if (error instanceof Refusal) void reply.headers(headersOfRefusal(error));
    void sendProblem(reply, this.describe(error, instance, request));
  }

  private describe(error: unknown, instance: string | undefined, { id, routeOptions }: FastifyRequest): Problem {
    if (error instanceof Refusal) return problemOfRefusal(error, instance);
    const status = statusOfHttp(error);
    if (status === 413) return problem(413, { instance, detail: `The body is larger than ${routeOptions.bodyLimit / 1024} KiB.` });
    if (status < 500) return problem(status, { instance, detail: detailOf(error, status) });
    this.logger.error({ err: error, 'trace.id': id });
    return problem(500, { instance });
  }
}

/** Nest's and Fastify's own errors have a status; any other error is a 500. */
function statusOfHttp(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : 500;
}

function detailOf(error: unknown, status: number): string | undefined {
  if (status === 404) return 'Nothing exists at this path.';
  return error instanceof HttpException && status === 415 ? error.message : undefined;
}
