import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '@scoreboard/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problem, problemOfRefusal, sendProblem } from './problem';

const MAX_HEADERS = 100;

/** RFC 3986, section 3.2.2, and a port. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** If one of these is repeated, some servers read the first value and others the last. */
const ONCE: ReadonlySet<string> = new Set(['host', 'content-type', 'authorization']);

/**
 * Refuses requests whose headers a proxy may read differently (RFC 9112, section 3.2): too many headers, a missing or malformed
 * `Host`, a repeated header that may appear only once. Two `Authorization` headers count as none.
 */
export function holdHeaderRules(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const { headers, rawHeaders, httpVersion } = request.raw;
    if (rawHeaders.length > 2 * MAX_HEADERS) return refuse(request, reply, problem(431, { detail: `Limit: ${MAX_HEADERS} headers.` }));
    const wrong = judgeHost(headers.host, httpVersion) ?? judgeRepeated(headers, rawHeaders);
    if (wrong) return refuse(request, reply, problemOfRefusal(new Refusal('invalid-request', { detail: wrong })));
    done();
  });
}

const refuse = ({ url }: FastifyRequest, reply: FastifyReply, wrong: Problem): void =>
  void sendProblem(reply.header('connection', 'close'), { ...wrong, instance: url.split('?', 1)[0] });

function judgeHost(host: string | undefined, version: string): string | undefined {
  if (host === undefined) return version === '1.0' ? undefined : 'The Host header is missing.';
  return HOST.test(host) ? undefined : 'The Host header is malformed.';
}

/** `rawHeaders` alternates names and values. If it has as many pairs as `headers`, nothing is repeated: nearly always. */
function judgeRepeated(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): string | undefined {
  if (Object.keys(headers).length * 2 === rawHeaders.length) return undefined;
  const repeated = repeatedHeader(rawHeaders);
  if (repeated && repeated !== 'authorization') return `Repeated header: ${repeated} may appear only once.`;
  if (repeated) delete headers.authorization;
  return undefined;
}

function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (ONCE.has(name) && seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
