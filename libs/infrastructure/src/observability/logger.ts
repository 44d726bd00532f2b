import ecsFormat from '@elastic/ecs-pino-format';
import type { LoggerService } from '@nestjs/common';
import { type Level, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { redactor } from './redact';
import { terminalText } from './terminal-text';

/** What is logged, and how. */
export interface LoggerOptions {
  /** A pino level. */
  readonly level: string;
  /** The role, part of every line. */
  readonly role: string;
  /** Strings to redact from every line, in addition to everything that looks like a secret. */
  readonly secrets?: readonly string[];
  /** Colored lines for people instead of JSON. Default: true if standard output is a terminal. */
  readonly pretty?: boolean;
}

/** Contexts in which Nest logs every module and route at start; logged at `debug`. */
const FRAMEWORK = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver', 'WebSocketsController', 'NestApplication', 'NestMicroservice']);

/**
 * Nest's logger on pino: JSON lines with ECS fields, one event per line, without secrets.
 * Requests are not logged, except their errors and, at `debug`, their path through the system.
 */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ level, role, secrets, pretty: isPretty = process.stdout.isTTY }: LoggerOptions) {
    const redact = redactor(secrets);
    this.pino = isPretty
      ? pino({ level, hooks: { streamWrite: (line) => forTerminal(redact(line)) } }, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' }))
      : pino({ ...ecsFormat({ serviceName: `scoreboard-${role}`, apmIntegration: false }), level, hooks: { streamWrite: (line) => safeJson(redact(line)) } });
  }

  log = (message: unknown, ...more: unknown[]) => this.write(FRAMEWORK.has(String(more.at(-1))) ? 'debug' : 'info', message, more);
  error = (message: unknown, ...more: unknown[]) => this.write('error', message, more);
  warn = (message: unknown, ...more: unknown[]) => this.write('warn', message, more);
  debug = (message: unknown, ...more: unknown[]) => this.write('debug', message, more);
  verbose = (message: unknown, ...more: unknown[]) => this.write('trace', message, more);
  fatal = (message: unknown, ...more: unknown[]) => this.write('fatal', message, more);

  /** Nest passes the context last, and an error or its stack before it. An object is logged as fields, its `message` as the text. */
  private write(level: Level, message: unknown, more: unknown[]): void {
    const [context, detail] = [more.at(-1), more.find((value) => value instanceof Error) ?? (more.length > 1 ? more[0] : undefined)];
    const error = message instanceof Error ? message : detail;
    const fields = {
      'log.logger': typeof context === 'string' ? context : undefined,
      ...(error instanceof Error ? { err: error } : typeof error === 'string' ? { 'error.stack_trace': error } : {}),
    };
    if (message instanceof Error) this.pino[level](fields, message.message);
    else if (typeof message === 'object') this.writeFields(level, { ...fields, ...(message as object) });
    else this.pino[level](fields, String(message));
  }

  private writeFields(level: Level, { message, ...fields }: { readonly message?: string; readonly [field: string]: unknown }): void {
    this.pino[level](fields, message);
  }
}

/** Logs are also read on terminals, so unsafe characters are escaped, which does not change the JSON values. */
const safeJson = (line: string): string => `${terminalText(line.slice(0, -1))}\n`;

/** Escapes unsafe characters for pino-pretty, which prints values unescaped, so that no value controls the terminal or fakes a line. Only stacks keep line breaks. */
function forTerminal(line: string): string {
  const safe = (key: string, text: string) => (key === 'stack' ? text.split('\n').map(terminalText).join('\n') : terminalText(text));
  return `${JSON.stringify(JSON.parse(line), (key, value: unknown) => (typeof value === 'string' ? safe(key, value) : value))}\n`;
}
