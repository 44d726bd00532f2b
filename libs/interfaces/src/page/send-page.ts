import type { FastifyReply } from 'fastify';
import type { Language } from './page-language';

/** Sends a page in a language that the browser's settings may have chosen. */
export const sendPage = (reply: FastifyReply, html: string, policy: string, language: Language): void =>
  void reply
    .header('content-security-policy', policy)
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-cache')
    .header('content-language', language)
    .header('vary', [reply.getHeader('vary'), 'Accept-Language'].filter(Boolean).join(', '))
    .type('text/html; charset=utf-8')
    .send(html);
