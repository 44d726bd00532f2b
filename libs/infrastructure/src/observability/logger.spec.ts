import { Logger } from '@nestjs/common';
import { PinoLogger } from './logger';
import { unmapped } from '../../../../test/support';

let raw: string[] = [];
/** The last written line. */
function rawOf(write: () => unknown): string {
  write();
  return raw.join('');
}

/** The lines that a logger writes to standard output. */
function written(level: string, log: (logger: Logger) => void, pretty = false): Record<string, unknown>[] {
  const chunks: string[] = [];
  // pino writes to the file descriptor directly, so the test watches pino's stream.
  const logger = new PinoLogger({ level, role: 'api', pretty, secrets: ['s3cr3t-of-ours'] });
  const stream = (logger as unknown as { pino: Record<symbol, { write(line: string): void }> }).pino;
  const key = Object.getOwnPropertySymbols(stream).find((symbol) => symbol.description === 'pino.stream')!;
  stream[key] = { write: (line: string) => void chunks.push(line) };
  raw = chunks;
  Logger.overrideLogger(logger);
  try {
    log(new Logger('Test'));
  } finally {
    Logger.overrideLogger(false);
  }
  const text = chunks.join('');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('PinoLogger', () => {
  it('writes one line with ECS fields per event', () => {
    expect(written('info', (logger) => logger.log('listening'))).toEqual([
      expect.objectContaining({
        '@timestamp': expect.any(String),
        'log.level': 'info',
        'log.logger': 'Test',
        'message': 'listening',
        'service.name': 'scoreboard-api',
      }),
    ]);
  });

  it('keeps text with line breaks in one line, so that it cannot fake an event', () => {
    const lines = written('info', (logger) => logger.warn('a\n{"log.level":"fatal","message":"forged"}\r\nb'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ 'log.level': 'warn', 'message': 'a\n{"log.level":"fatal","message":"forged"}\r\nb' });
  });

  it('writes an error with its type, message and stack', () => {
    const [line] = written('info', (logger) => logger.error(new TypeError('broken')));
    expect(line).toMatchObject({ 'log.level': 'error', 'log.logger': 'Test', 'message': 'broken' });
    expect(line!['error']).toEqual({ type: 'TypeError', message: 'broken', stack_trace: expect.stringContaining('logger.spec.ts') });
    const [traced] = written('info', (logger) => logger.error({ 'err': new Error('broken'), 'trace.id': 'a'.repeat(32) }));
    expect([line, traced].flatMap((each) => unmapped(each))).toEqual([]);
    expect(traced).toMatchObject({ 'message': 'broken', 'trace.id': 'a'.repeat(32) });
  });

  it('redacts the given secrets and everything that looks like a secret', () => {
    const [line] = written('info', (logger) => logger.error(new Error('amqp://ann:hunter2@broker said: no such key as s3cr3t-of-ours')));
    expect(line).toMatchObject({ message: 'amqp://[redacted]@broker said: no such key as [redacted]', error: { message: 'amqp://[redacted]@broker said: no such key as [redacted]' } });
    expect(JSON.stringify(line)).not.toMatch(/hunter2|s3cr3t/);
  });

  it('escapes terminal control characters without changing values', () => {
    const said = '\u009b2J\u202eann\u2028\u200b';
    expect(written('info', (logger) => logger.warn(said))).toMatchObject([{ message: said }]);
    expect(rawOf(() => written('info', (logger) => logger.warn(said)))).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('escapes terminal control characters and line breaks in pretty output, except line breaks of stacks', () => {
    const [line] = written('info', (logger) => logger.warn('\u001b[2J\u009b2J\u202eann\r\n12:00 INFO: forged'), true);
    expect(line!['msg']).toBe('\\u001b[2J\\u009b2J\\u202eann\\u000d\\u000a12:00 INFO: forged');
    const [fault] = written('info', (logger) => logger.error(new Error('\u001b]0;owned\u0007')), true);
    const { message, stack } = fault!['err'] as { message: string; stack: string };
    expect(message).toBe('\\u001b]0;owned\\u0007');
    expect(stack.split('\n').length).toBeGreaterThan(3);
    for (const harmful of ['\u001b', '\u0007']) expect(stack).not.toContain(harmful);
  });

  it('respects its level, and logs framework messages only at debug', () => {
    expect(written('warn', (logger) => logger.log('no'))).toEqual([]);
    expect(written('info', () => new Logger('RouterExplorer').log('Mapped {/}'))).toEqual([]);
    expect(written('debug', () => new Logger('RouterExplorer').log('Mapped {/}'))).toHaveLength(1);
  });
});
