import ecsFormat from '@elastic/ecs-pino-format';
import type { LoggerService } from '@nestjs/common';
import { type Level, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { redactor } from './redact';
import { terminalText } from './terminal-text';

export interface LoggerOptions {
  /** A pino level. */
  readonly level: string;
  /** Names the process in every line. */
  readonly role: string;
  /** What must stand in no line; what looks like a secret stands in none anyway. */
  readonly secrets?: readonly string[];
  /** Coloured lines for people instead of JSON. Default: where standard output is a terminal. */
  readonly pretty?: boolean;
}

/** What Nest tells about every start, module by module and route by route. */
const FRAMEWORK = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver', 'WebSocketsController', 'NestApplication', 'NestMicroservice']);

/** Nest's logger on pino: JSON lines in ECS fields, one event a line, without secrets. Nothing of a request is logged but what was a fault, and at `debug` its way. */
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

  /** Nest passes the context last, and an error or its stack before it. An object is fields, its `message` the text. */
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

/** Logs are read on terminals, whatever collects them: the values stay what they are. */
const safeJson = (line: string): string => `${terminalText(line.slice(0, -1))}\n`;

/** A line for the pretty form, which shows its texts as they are: none of them is obeyed or forges a line. Only a stack has several lines. */
function forTerminal(line: string): string {
  const safe = (key: string, text: string) => (key === 'stack' ? text.split('\n').map(terminalText).join('\n') : terminalText(text));
  return `${JSON.stringify(JSON.parse(line), (key, value: unknown) => (typeof value === 'string' ? safe(key, value) : value))}\n`;
}
