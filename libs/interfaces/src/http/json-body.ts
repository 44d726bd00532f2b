import { isUtf8 } from 'node:buffer';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import type { FastifyInstance } from 'fastify';
import { FormBody } from './form-body';
import { DeferredBodyError } from './deferred-body-error';

/** No request is nested this deep; a deeper body is refused before any code walks it recursively. */
const MAX_DEPTH = 16;

/**
 * Accepts JSON objects in UTF-8 (RFC 8259) without duplicate member names (I-JSON, RFC 7493), and forms on routes
 * with `READS_FORMS`. Refuses every other body.
 */
export function readJsonOnly(fastify: FastifyInstance): void {
  // 'error' refuses keys that would change a prototype.
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const refuse = (detail: string) => done(null, new DeferredBodyError(new Refusal('invalid-request', { detail })));
    if (!isPlainUtf8(request.headers)) return done(null, unsupported());
    // A client or proxy that drops the body of a DELETE usually keeps its Content-Type.
    if (!bytes.length && request.method === 'DELETE') return done(null, undefined);
    if (!isUtf8(bytes as Buffer)) return refuse('The body is not valid UTF-8.');
    const text = bytes.toString();
    const { depth, members } = measure(text);
    if (depth > MAX_DEPTH) return refuse(`The body is nested more than ${MAX_DEPTH} levels deep.`);
    void parseJson(request, text, (error, value: unknown) => {
      if (error) return refuse('The body is not valid JSON.');
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('The body must be a JSON object.');
      if (countMembers(value) !== members) return refuse('The body has a duplicate member name.');
      done(null, value);
    });
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    const { readsForms } = request.routeOptions.config as { readsForms?: boolean };
    done(null, readsForms && isPlainUtf8(request.headers) ? new FormBody(body as string) : unsupported());
  });
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, unsupported());
  });
}

const unsupported = () => new DeferredBodyError(new UnsupportedMediaTypeException('Unsupported body: expected application/json in UTF-8, not compressed.'));

interface BodyHeaders {
  readonly 'content-type'?: string;
  readonly 'content-encoding'?: string | string[];
}

function isPlainUtf8({ 'content-type': type, 'content-encoding': coding }: BodyHeaders): boolean {
  if (coding !== undefined) return false;
  const charset = type!.length > 'application/json'.length && /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type!)?.[1];
  return !charset || /^utf-?8$/i.test(charset);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The nesting depth and member count of a JSON text, counted from the brackets and colons outside strings. */
function measure(text: string): { readonly depth: number; readonly members: number } {
  let members = 0;
  let open = 0;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) isInString = !isInString;
    else if (code === BACKSLASH) i++;
    else if (isInString) continue;
    else if (code === 0x3a /* : */) members++;
    else if (code === 0x7b /* { */ || code === 0x5b /* [ */) depth = Math.max(depth, ++open);
    else if (code === 0x7d /* } */ || code === 0x5d /* ] */) open--;
  }
  return { depth, members };
}

/** A parsed object keeps only the last of duplicate members, so its count is lower than the text's. */
const countMembers = (value: unknown): number =>
  typeof value !== 'object' || value === null ? 0 : Object.values(value).reduce<number>((sum, inner) => sum + (Array.isArray(value) ? 0 : 1) + countMembers(inner), 0);
