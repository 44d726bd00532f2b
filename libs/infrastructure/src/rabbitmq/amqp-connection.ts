import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { brokerUrls } from '@scoreboard/infrastructure/config';
import { type ChannelModel, connect } from 'amqplib';

/** A broker that is silent for two to three times as long counts as dead. */
const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Connects to one of the nodes in `urls` (`brokerUrls`): first a random one, to spread the clients, then the others in order.
 * Throws the error of the last attempt. The event 'close' reports the end of the connection, with the error if there was
 * one; a listener for 'error' is not needed.
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
  connection.on('error', () => undefined); // 'close' follows with the same error
  connection.on('close', () => socketOf(connection).destroy()); // otherwise a silent connection stays open until TCP times out
  return connection;
}

/** Closes a connection without waiting for the broker; the event 'close' follows. */
export const cutOff = (connection: ChannelModel): void => {
  socketOf(connection).destroy(new Error('closed here'));
};

/** amqplib does not expose its socket, but there is no other way to close a connection to a silent broker. */
const socketOf = (connection: ChannelModel): Socket => (connection.connection as unknown as { stream: Socket }).stream;
