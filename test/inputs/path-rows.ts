import { invalid, type Row } from './row';

const get = (id: string, path: string, answer: Row['answer'] = { status: 404 }): Row => ({ id, what: `GET ${path.slice(0, 80)}`, send: { method: 'GET', path }, answer });
const wrong = (path: string): Row => get('H67', path, invalid());

export const pathRows: readonly Row[] = [
  ...['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS', 'PROPFIND', 'PURGE'].map((method): Row => ({
    id: 'H59',
    what: `${method} on the update`,
    send: { method },
    answer: { status: 405, detail: `${method} is not supported on this path. See the Allow header.`, headers: { Allow: 'POST' } },
  })),
  { id: 'H59', what: 'POST on a read', send: { path: '/api/scores/top' }, answer: { status: 405, headers: { Allow: 'GET, HEAD' } } },
  { id: 'H59', what: 'DELETE on the page', send: { method: 'DELETE', path: '/' }, answer: { status: 405, headers: { Allow: 'GET, HEAD' } } },
  ...['/api/nothing', '/api', '/api/scores', '/API/scores/top', '/api/Scores/top', '/api/scores/top/', '/api/scores/top%00', '/api/scores/top%20', '/api/scores/top;x=1', '/api%2Fscores%2Ftop']
    .map((path) => get('H60 to H66', path)),
  ...['//api//scores/top', '/api/scores/update/../top', '/api/scores/./top', '/../../etc/passwd', '/..%2f..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/package.json', '/assets/../../../package.json', '/\\..\\package.json']
    .map((path) => get('H63, H64', path)),
  ...['/.git/config', '/.env', '/main.js', '/server.js.map', '/package.json', '/administrator', '/admin/', '/admin/config.php', '/actuator/env', '/phpinfo.php', '/metrics/', '/docs/../.env'].map((path) => get('H85', path)),
  { id: 'H61', what: 'the update with a trailing slash', send: { path: '/api/scores/update/' }, answer: { status: 404 } },
  { id: 'H62', what: 'the update in capitals', send: { path: '/API/SCORES/UPDATE' }, answer: { status: 404 } },
  get('H60 to H66', '/nothing', { status: 404, detail: 'Nothing exists at this path.' }),
  get('H59', '/ws/scores', { status: 426, detail: /new WebSocket/, headers: { Upgrade: 'websocket' } }),
  get('H59', '/ws/scores?revision=1', { status: 426, headers: { Upgrade: 'websocket' } }),
  { id: 'H59', what: 'POST on the WebSocket', send: { path: '/ws/scores' }, answer: { status: 405, headers: { Allow: 'GET, HEAD' } } },
  ...['PUT', 'DELETE', 'PATCH'].map((method): Row => ({
    id: 'H59',
    what: `${method} on a session of Socket.IO`,
    send: { method, path: '/socket.io/?EIO=4&transport=polling&sid=x' },
    answer: { status: 405, headers: { Allow: 'GET, POST' } },
  })),
  get('H61', '/socket.io?EIO=4&transport=polling', { status: 200 }),
  ...['/%', '/%zz', '/%ff'].map((path) => get('H65', path, { status: 400, detail: /percent-encoded/ })),
  ...['/api/scores/%E0%A4%A', '/api/scores/users/%ff', '/api/scores/users/%c0%ae'].map((path) => get('H65', path, { status: 400 })),
  ...['%00', 'ann%00', 'a%20b', '%2E.', 'ann%5C', 'ann%3Cb%3E', 'ann%22', 'ann%60', 'ann%0d%0aX:%20y', '%F0%9F%98%80', 'x'.repeat(256), 'x'.repeat(2_000)].map((id) => get('H66', `/api/scores/users/${id}`, invalid({ errors: ['userId'] }))),
  ...["ann'--", '%2e%2e%2fetc', '%2541', '%7Buuid%7D', 'https%3A%2F%2Fx%2F1', 'x'.repeat(255)].map((id) => get('H66', `/api/scores/users/${id}`, { status: 404, code: 'unknown-user' })),
  ...['limit=-1', 'limit=0', 'limit=101', 'limit=1e9', 'limit=1e1', 'limit=abc', 'limit=', 'limit=1.5', 'limit=%31%00', 'limit=1&limit=2'].map((query) => wrong(`/api/scores/top?${query}`)),
  ...['title=%00', 'theme=dark%00'].map((query) => wrong(`/embed?${query}`)),
  ...['0', '51', 'x', '-1'].map((radius) => wrong(`/api/scores/users/ann/around?radius=${radius}`)),
  ...['limit=101', 'cursor=', 'cursor=x', 'cursor=1', 'cursor=MA', "cursor=' OR 1=1", 'cursor=MQ&cursor=Mg'].map((query) => wrong(`/api/scores/users/ann/history?${query.replaceAll(' ', '%20')}`)),
  ...['x', '00000000-0000-0000-0000-00000000000', "' OR 1=1", '../top', '%00'].map((id) => wrong(`/api/scores/commands/${encodeURIComponent(id).replace('%2500', '%00')}`)),
  get('H40', '/api/scores/commands/00000000-0000-0000-0000-000000000000', { status: 404, code: 'unknown-command' }),
];
