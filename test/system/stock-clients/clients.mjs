// Runs clients as websites write them: stock libraries with default options, and no code of their own to reconnect.
import { readFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

const page = readFileSync(new URL('../../../docs/stock-clients.md', import.meta.url), 'utf8');
/** Extracts the code block of docs/stock-clients.md that begins with these words. */
const documented = (words) => new RegExp(`^\`\`\`js ${words}\\n([^]*?)^\`\`\``, 'm').exec(page)[1];
const documentedIo = new Function('io', 'origin', 'getToken', 'show', `let newest = 0;\n${documented('socket.io')}\nreturn socket;`);
const documentedPlain = new Function('WebSocket', 'origin', 'show', `let newest = 0;\n${documented('websocket')}`);

/** Signs a new token for the client's user on each call; undefined for a client without a token. */
const sign = ({ token, name }) => {
  if (!token) return undefined;
  const { key, algorithm, keyid, seconds } = token;
  return jwt.sign({ sub: name, scope: '' }, key, { algorithm, ...(keyid && { keyid }), expiresIn: seconds });
};

function listen(socket, client) {
  socket.on('scores:top', (board) => client.show(board));
  socket.on('scores:me', (me) => (client.me = me));
  socket.on('unauthenticated', () => client.unauthenticated++);
  for (const event of ['connect_error', 'disconnect', 'closing']) socket.on(event, (what) => client.note(event, what?.message ?? what?.reason ?? what));
  return socket;
}

const stock = (options) => (client) => {
  const { origin, isMountedTwice } = client.plan;
  const mount = () => listen(io(`${origin}/ws/scores`, { ...options, ...(client.plan.token && { auth: { token: sign(client.plan) } }) }), client);
  if (isMountedTwice) mount().disconnect();
  mount();
};

const KINDS = {
  'socket.io': stock({}),
  'socket.io by websocket': stock({ transports: ['websocket'] }),
  'socket.io by polling': stock({ transports: ['polling'] }),
  'websocket': (client) => {
    const query = client.plan.token ? `?token=${sign(client.plan)}` : '';
    const connect = () => {
      const socket = new WebSocket(`${client.plan.origin.replace('http', 'ws')}/ws/scores${query}`);
      socket.onmessage = ({ data }) => client.hear(JSON.parse(data));
      socket.onerror = ({ message }) => client.note('error', message); // a browser continues without this handler
      socket.onclose = ({ code }) => (client.note('close', code), setTimeout(connect, 1_000));
      return socket;
    };
    if (client.plan.isMountedTwice) Object.assign(connect(), { onclose: null }).close();
    connect();
  },
  'socket.io as documented': (client) => listen(documentedIo(io, client.plan.origin, async () => sign(client.plan), (board) => client.show(board)), client),
  'websocket as documented': (client) => {
    class Quiet extends WebSocket {
      constructor(url) {
        super(url);
        this.on('error', ({ message }) => client.note('error', message));
      }
    }
    documentedPlain(Quiet, client.plan.origin, (board) => client.show(board));
  },
};

class Client {
  board;
  me;
  unauthenticated = 0;
  fell = 0;
  notes = [];

  constructor(plan) {
    this.plan = plan;
  }

  hear({ event, data }) {
    if (event === 'scores:top') this.show(data);
    if (event === 'scores:me') this.me = data;
    if (event === 'unauthenticated') this.unauthenticated++;
  }

  show(board) {
    if (this.board && board.revision < this.board.revision) this.fell++;
    this.board = board;
  }

  note(event, what) {
    this.notes = [...this.notes, `${event} ${what}`].slice(-5);
  }

  seen() {
    const { plan, board, me, unauthenticated, fell, notes } = this;
    return { name: plan.name, kind: plan.kind, origin: plan.origin, score: board?.entries[0]?.score ?? 0, me: me?.userId, unauthenticated, fell, notes };
  }
}

const clients = [];

process.on('message', ({ id, join = [] }) => {
  for (const plan of join) {
    const client = new Client(plan);
    clients.push(client);
    KINDS[plan.kind](client);
  }
  process.send({ id, seen: clients.map((client) => client.seen()) });
});
process.on('disconnect', () => process.exit());
