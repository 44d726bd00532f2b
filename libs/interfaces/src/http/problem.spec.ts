import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, type RefusalCode, REFUSALS } from '@scoreboard/domain';
import { problem, problemOfRefusal, STATUS } from './problem';

const page = readFileSync(join(__dirname, '../../../../docs/problems.md'), 'utf8');

describe('docs/problems.md', () => {
  it('lists every refusal with its kind and status, and no other', () => {
    const found = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (\d{3}) \|/gm)];
    const rows = found.map(([, code, kind, status]) => [code, kind, Number(status)]);
    expect(rows).toEqual(Object.entries(REFUSALS).map(([code, { kind }]) => [code, kind, STATUS[kind]]));
  });
});

describe('problemOfRefusal', () => {
  it.each(Object.keys(REFUSALS) as RefusalCode[])('names %s by its type, title and status', (code) => {
    const answer = problemOfRefusal(new Refusal(code, { detail: 'Why.' }), '/api/scores/top');
    const { title } = REFUSALS[code];
    expect(answer).toMatchObject({ type: `urn:scoreboard:problem:${code}`, title, detail: 'Why.', instance: '/api/scores/top' });
    expect(answer.status).toBe(STATUS[REFUSALS[code].kind]);
  });

  it('tells why an update was rejected', () => {
    const { status, reason, commandId } = problemOfRefusal(new Refusal('rejected', { commandId: 'c', reason: 'total-limit' }));
    expect({ status, reason, commandId }).toEqual({ status: 422, reason: 'total-limit', commandId: 'c' });
  });

  it('tells what is known of an update, and what is no answer to a client stays out', () => {
    const quota = { name: 'x', limit: 1, windowSeconds: 1, resetSeconds: 1 };
    const refusal = new Refusal('queue-unavailable', { outcome: 'unknown', commandId: 'c', retryAfter: 1, quota });
    expect(JSON.parse(JSON.stringify(problemOfRefusal(refusal)))).toEqual({
      type: 'urn:scoreboard:problem:queue-unavailable',
      title: REFUSALS['queue-unavailable'].title,
      status: 503,
      outcome: 'unknown',
      commandId: 'c',
    });
  });
});

describe('problem', () => {
  it('says in HTTP\'s own words what has only a status', () => {
    expect(problem(405, { instance: '/x' })).toEqual({ type: 'about:blank', title: 'Method Not Allowed', status: 405, instance: '/x' });
    expect(problem(499).title).toBe('Error');
  });
});
