import { randomUUID } from 'node:crypto';
import { deadLettersContract } from '@scoreboard/application/scores/dead-letters.contract';
import { connect } from 'amqplib';
import { RabbitMqDeadLetters } from './rabbitmq-dead-letters';
import { RabbitMqScoreQueue } from './rabbitmq-score-queue';
import { topologyOf } from './topology';
import { describeWith } from '../../../../test/support';

const url = process.env.TEST_RABBITMQ_URL!;

describeWith('TEST_RABBITMQ_URL', 'RabbitMqDeadLetters', () => {
  deadLettersContract(async () => {
    const prefix = `test-${randomUUID()}.`;
    const { commands, deadLetters, commandsIn, deadLettersIn } = topologyOf({ prefix });
    const queue = new RabbitMqScoreQueue({ url, prefix });
    queue.open();
    const broker = await connect(url);
    const channel = await broker.createConfirmChannel();
    const close = async () => {
      await queue.onApplicationShutdown();
      for (const name of [commands, deadLetters]) await channel.deleteQueue(name);
      for (const exchange of [commandsIn, deadLettersIn]) await channel.deleteExchange(exchange);
      await broker.close();
    };
    const addNoise = async () => {
      channel.sendToQueue(commands, Buffer.from('{"not":"ours"}'));
      await channel.waitForConfirms();
    };
    return { letters: new RabbitMqDeadLetters({ url, prefix }), submit: (given) => queue.submit(given), consume: (process) => queue.consume(process), addNoise, close };
  });
});
