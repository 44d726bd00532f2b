import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headersOfRefusal, type Problem, problem, problemOfRefusal, sendProblem } from './problem';

/**
 * Every error of an HTTP request becomes one problem+json: a refusal by its kind, what HTTP itself knows by its status,
 * and anything else, a fault, 500 without a word of what it was; that goes to the log, under the id that the answer bears.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('ProblemFilter');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // The query stays out: it may hold what nobody should read in a log.
    const instance = request.url.split('?')[0];
    if (error instanceof Refusal) void reply.headers(headersOfRefusal(error));
    void sendProblem(reply, this.describe(error, instance, request.id));
  }

  private describe(error: unknown, instance: string | undefined, requestId: string): Problem {
    if (error instanceof Refusal) return problemOfRefusal(error, instance);
    const status = statusOfHttp(error);
    if (status < 500) return problem(status, { instance, detail: detailOf(error, status) });
    this.logger.error({ err: error, 'trace.id': requestId });
    return problem(500, { instance });
  }
}

/** Nest's and Fastify's own errors bear a status; what bears none is a fault. */
function statusOfHttp(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : 500;
}

function detailOf(error: unknown, status: number): string | undefined {
  if (status === 404) return 'There is nothing at this path.';
  if (status === 413) return 'The body may be 16 KiB at most.';
  return error instanceof HttpException && status === 415 ? error.message : undefined;
}
