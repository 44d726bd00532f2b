import { Controller, Get, type LoggerService, Module } from '@nestjs/common';
import { createApp } from './create-app';

@Controller('faulty')
class FaultyController {
  @Get()
  fail(): never {
    throw new Error('SELECT secret FROM place at 10.0.0.1');
  }
}

@Module({ controllers: [FaultyController] })
class FaultyModule {}

describe('ProblemFilter', () => {
  it('answers an unexpected error with 500 without details, and logs it with the request id', async () => {
    const logged: { err: Error }[] = [];
    const ignore = (): void => undefined;
    const logger: LoggerService = { log: ignore, warn: ignore, error: (fault: { err: Error }) => logged.push(fault) };
    const app = await createApp(FaultyModule, { logger, trustProxy: 0, corsOrigins: [] });
    await app.listen(0, '127.0.0.1');
    const response = await fetch(`${await app.getUrl()}/faulty?token=secret`);
    await app.close();
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500, instance: '/faulty' });
    expect(logged).toEqual([{ 'err': expect.objectContaining({ message: expect.stringContaining('SELECT secret') }), 'trace.id': response.headers.get('x-request-id') }]);
  });
});
