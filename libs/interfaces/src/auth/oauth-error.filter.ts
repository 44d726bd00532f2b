import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import type { FastifyReply } from 'fastify';
import { STATUS } from '../http/problem';
import { ProblemFilter } from '../http/problem.filter';

/** The codes of RFC 6749, section 5.2. */
const OAUTH_ERRORS: Readonly<Record<string, string>> = {
  'invalid-request': 'invalid_request',
  'invalid-client': 'invalid_client',
  'invalid-scope': 'invalid_scope',
  'unsupported-grant-type': 'unsupported_grant_type',
};

/** Answers the refusals that RFC 6749 defines in its format, and leaves all others to `ProblemFilter`. */
@Catch()
export class OAuthErrorFilter implements ExceptionFilter {
  private readonly problems = new ProblemFilter();

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const code = error instanceof Refusal ? OAUTH_ERRORS[error.code] : undefined;
    if (!code) return this.problems.catch(error, host);
    const { kind, message } = error as Refusal;
    if (kind === 'unauthenticated') void reply.header('www-authenticate', 'Basic realm="scoreboard", charset="UTF-8"');
    void reply
      .code(STATUS[kind])
      .header('cache-control', 'no-store')
      .header('pragma', 'no-cache')
      .type('application/json')
      .send(JSON.stringify({ error: code, error_description: message }));
  }
}
