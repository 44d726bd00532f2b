import { Scoreboard } from '@scoreboard/client';

interface Shared {
  readonly board: Scoreboard;
  users: number;
}

const shared = new Map<string, Shared>();

/** The connection to a server that all elements of the page share. Call `leave` when it is no longer needed: the last one closes it. */
export function connectTo(url: string, gatewayUrl: string | undefined): { readonly board: Scoreboard; leave(): void } {
  const key = JSON.stringify([url, gatewayUrl]);
  const connection = shared.get(key) ?? open(url, gatewayUrl);
  shared.set(key, connection);
  connection.users++;
  const leave = () => {
    if (--connection.users) return;
    connection.board.close();
    shared.delete(key);
  };
  return { board: connection.board, leave };
}

function open(url: string, gatewayUrl: string | undefined): Shared {
  const board = new Scoreboard(url, { gatewayUrl });
  board.on('error', (error) => console.error(error));
  return { board, users: 0 };
}
