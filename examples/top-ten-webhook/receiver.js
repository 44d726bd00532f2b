const { createHmac, timingSafeEqual } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');

const [{ secret, url }] = JSON.parse(readFileSync(process.env.WEBHOOKS_FILE || join(__dirname, 'webhooks.json'), 'utf8'));
const key = Buffer.from(secret.replace('whsec_', ''), 'base64');

/** The ids that were processed. An event may come again: keep the ids with what you do, in one transaction of your database. */
const processed = new Set();

/** Whether the body comes from who has the secret, and was sent within the last five minutes. */
function isGenuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  // While a secret is replaced there may be several signatures.
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace('v1,', ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function handle({ type, data }) {
  console.log(type === 'top.entered' ? `${data.userId} entered the top ten at rank ${data.rank}` : `${data.userId} left the top ten`);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const id = request.headers['webhook-id'];
    if (!isGenuine(request.headers, body)) return response.writeHead(401).end();
    if (!processed.has(id)) handle(JSON.parse(body));
    processed.add(id);
    response.writeHead(204).end(); // anything but 2xx, and it comes again
  });
});
server.listen(new URL(url).port, '127.0.0.1', () => console.log(`waiting for webhooks at ${url}`));
