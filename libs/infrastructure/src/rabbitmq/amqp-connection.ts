import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { brokerUrls } from '@scoreboard/infrastructure/config';
import { type ChannelModel, connect } from 'amqplib';

/** A broker that is silent for two or three times as long is taken for dead. */
const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Connects to a node that `urls` names (`brokerUrls`): any, so that clients spread over them, and the others in their order where it
 * is away. Throws what the last one failed with. Of the connection's end tells the event 'close', with the error where there was
 * one; 'error' need not be listened to.
 */
export async function connectTo(urls: string, name: string): Promise<ChannelModel> {
  const nodes = brokerUrls(urls);
  const first = randomInt(nodes.length);
  let failure: unknown;
  for (const url of [...nodes.slice(first), ...nodes.slice(0, first)]) {
    try {
      return await connectToNode(url, name);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function connectToNode(url: string, name: string): Promise<ChannelModel> {
  const address = new URL(url);
  address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  const clientProperties = { connection_name: `scoreboard ${name}` };
  const connection = await connect(address.href, { noDelay: true, timeout: CONNECT_TIMEOUT_MS, clientProperties });
  connection.on('error', () => undefined); // 'close' follows and tells the same
  connection.on('close', () => socketOf(connection).destroy()); // one that went silent would linger until TCP gives up
  return connection;
}

/** Ends a connection without asking the broker; 'close' follows. */
export const cutOff = (connection: ChannelModel): void => {
  socketOf(connection).destroy(new Error('closed here'));
};

/** amqplib keeps its socket to itself; without it a connection to a silent broker could not be ended. */
const socketOf = (connection: ChannelModel): Socket => (connection.connection as unknown as { stream: Socket }).stream;
