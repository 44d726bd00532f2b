import { LiveConnection } from './live-connection';
import { Page } from './page';
import { Player } from './player';

const RETRY_MS = 2_000;

interface Config {
  readonly gatewayUrl: string | null;
  readonly guestPlay: boolean;
}

async function loadConfig(): Promise<Config> {
  for (;;) {
    const response = await fetch('/config.json').catch(() => undefined);
    if (response?.ok) return response.json();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function main(): Promise<void> {
  const page = new Page();
  const player = new Player();
  const { gatewayUrl, guestPlay } = await loadConfig();
  let connectedAs = player.guest()?.token;
  const connection = new LiveConnection({
    gatewayUrl,
    token: () => (connectedAs = player.guest()?.token),
    onTokenRefused: () => player.forget(),
    onBoard: (board) => page.showBoard(board),
    onMe: (me) => page.showMe(me),
    onState: (state) => page.showState(state),
  });

  const earnPoint = async () => {
    page.showNote('');
    await player.earnPoint().catch((error: Error) => page.showNote(error.message));
    // The connection learns of a new guest only by its token.
    if (player.guest()?.token !== connectedAs) connection.reconnect();
  };
  if (guestPlay) page.offerPlay(() => void earnPoint());
}

void main();
