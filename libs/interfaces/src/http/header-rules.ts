import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '@scoreboard/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problem, problemOfRefusal, sendProblem } from './problem';

const MAX_HEADERS = 100;

/** RFC 3986, section 3.2.2, and a port. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** One server would read the first of these and the next one the last. */
const ONCE: ReadonlySet<string> = new Set(['host', 'content-type', 'authorization']);

/**
 * Refuses requests whose headers may mean one thing here and another in front of us (RFC 9112, section 3.2): too many, a
 * Host that is missing or none, one that may be given once given twice. Two tokens count as none.
 */
export function holdHeaderRules(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const { headers, rawHeaders, httpVersion } = request.raw;
    if (rawHeaders.length > 2 * MAX_HEADERS) return refuse(request, reply, problem(431, { detail: `${MAX_HEADERS} headers at most.` }));
    const wrong = judgeHost(headers.host, httpVersion) ?? judgeRepeated(headers, rawHeaders);
    if (wrong) return refuse(request, reply, problemOfRefusal(new Refusal('invalid-request', { detail: wrong })));
    done();
  });
}

const refuse = ({ url }: FastifyRequest, reply: FastifyReply, wrong: Problem): void =>
  void sendProblem(reply.header('connection', 'close'), { ...wrong, instance: url.split('?', 1)[0] });

function judgeHost(host: string | undefined, version: string): string | undefined {
  if (host === undefined) return version === '1.0' ? undefined : 'The header host is missing.';
  return HOST.test(host) ? undefined : 'The header host is not valid.';
}

/** `rawHeaders` holds names and values in turn: nearly always there are as many of them as of `headers`, and nothing is repeated. */
function judgeRepeated(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): string | undefined {
  if (Object.keys(headers).length * 2 === rawHeaders.length) return undefined;
  const repeated = repeatedHeader(rawHeaders);
  if (repeated && repeated !== 'authorization') return `The header ${repeated} may be given once.`;
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
