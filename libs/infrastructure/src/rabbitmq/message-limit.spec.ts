import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeMessage, MAX_COMMANDS_PER_MESSAGE, MAX_MESSAGE_BYTES } from '@scoreboard/application';
import { projectRoot, type RabbitmqServer, startRabbitmq } from '@scoreboard/harness';
import { connect } from 'amqplib';
import { describeWith } from '../../../../test/support';
import { declareTopology, topologyOf } from './topology';

describeWith('TEST_RABBITMQ_URL', 'A RabbitMQ with the shipped limits', () => {
  let server: RabbitmqServer;
  beforeAll(async () => {
    server = await startRabbitmq({ conf: [readFileSync(join(projectRoot(), 'deploy/rabbitmq/limits.conf'), 'utf8')] });
  });
  afterAll(() => server.kill());

  it('accepts the longest message of an api, and refuses one that no worker reads', async () => {
    const connection = await connect(server.url);
    const topology = topologyOf({});
    const channel = await connection.createConfirmChannel();
    await declareTopology(channel, topology);
    const longest = { commandId: randomUUID(), userId: 'u'.repeat(64), scoreIncrement: Number.MAX_SAFE_INTEGER, action: 'a'.repeat(64), issuedBy: '\u{10000}'.repeat(127) };
    channel.sendToQueue(topology.commands, encodeMessage(Array.from({ length: MAX_COMMANDS_PER_MESSAGE }, () => longest)));
    await channel.waitForConfirms();
    const refusal = new Promise<Error>((resolve) => channel.once('error', resolve));
    channel.sendToQueue(topology.commands, Buffer.alloc(MAX_MESSAGE_BYTES + 1));
    expect((await refusal).message).toMatch(/406.*PRECONDITION.FAILED/);
    await connection.close();
  });
});
