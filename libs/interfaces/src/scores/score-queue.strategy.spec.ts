import { Catch, Controller, type LoggerService, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { command, until } from '@scoreboard/application/scores/score-queue.contract';
import type { Rejection, ScoreCommand } from '@scoreboard/domain';
import { type Observable, throwError } from 'rxjs';
import { EmbeddedScoreQueue } from '@scoreboard/infrastructure/in-process';
import { RabbitMqScoreQueue } from '@scoreboard/infrastructure/rabbitmq';
import { COMMANDS_PATTERN } from '@scoreboard/application';
import { ScoreQueueStrategy } from './score-queue.strategy';

let handle: (commands: readonly ScoreCommand[]) => Promise<readonly Rejection[]>;

@Catch()
class Rethrow {
  catch(fault: unknown): Observable<never> {
    return throwError(() => fault);
  }
}

@Controller()
class Consumer {
  @MessagePattern<string>(COMMANDS_PATTERN)
  @UseFilters(Rethrow)
  apply(@Payload() commands: readonly ScoreCommand[]): Promise<readonly Rejection[]> {
    return handle(commands);
  }
}

@Module({ controllers: [Consumer] })
class WithConsumer {}

@Module({})
class WithoutConsumer {}

const logged: string[] = [];
const note = (message: unknown): number => logged.push(String(message));
const logger: LoggerService = { log: () => undefined, warn: note, error: note };

const start = async (module: object, strategy: ScoreQueueStrategy) => {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module as never, { strategy, logger });
  await app.listen();
  return app;
};

describe('ScoreQueueStrategy', () => {
  beforeEach(() => logged.splice(0));

  it('passes each batch to the controller, and moves rejected commands to the dead letters', async () => {
    const queue = new EmbeddedScoreQueue();
    handle = async (commands) => [{ command: commands[0]!, reason: 'total-limit' }];
    const app = await start(WithConsumer, new ScoreQueueStrategy(queue));
    const given = command('ann');
    await queue.submit(given);
    expect(queue.deadLetters).toEqual([{ command: given, reason: 'total-limit' }]);
    await app.close();
    await queue.onApplicationShutdown();
  });

  it('retries the batch after an error in the controller, and logs the error once', async () => {
    const queue = new EmbeddedScoreQueue();
    let tries = 0;
    handle = async () => {
      if (++tries < 4) throw new Error('the ledger is away');
      return [];
    };
    const app = await start(WithConsumer, new ScoreQueueStrategy(queue));
    await queue.submit(command('ann'));
    expect(tries).toBe(4);
    expect(logged).toEqual([expect.stringContaining('the ledger is away')]);
    await app.close();
    await queue.onApplicationShutdown();
  });

  it('starts and closes while the broker is down', async () => {
    const queue = new RabbitMqScoreQueue({ url: 'amqp://127.0.0.1:1' });
    const app = await start(WithConsumer, new ScoreQueueStrategy(queue));
    await until(() => logged.length > 0);
    expect(queue.isUp()).toBe(false);
    await app.close();
    await queue.onApplicationShutdown();
  });

  it('refuses to start without a controller for the commands', async () => {
    await expect(start(WithoutConsumer, new ScoreQueueStrategy(new EmbeddedScoreQueue()))).rejects.toThrow(/no controller/);
  });
});
