import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, type RefusalCode, REFUSALS } from '@scoreboard/domain';
import { problem, problemOfRefusal, STATUS } from './problem';

const page = readFileSync(join(__dirname, '../../../../docs/problems.md'), 'utf8');

describe('docs/problems.md', () => {
  it('lists exactly the refusals, with kind and status', () => {
    const found = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (\d{3}) \|/gm)];
    const rows = found.map(([, code, kind, status]) => [code, kind, Number(status)]);
    expect(rows).toEqual(Object.entries(REFUSALS).map(([code, { kind }]) => [code, kind, STATUS[kind]]));
  });
});

describe('problemOfRefusal', () => {
  it.each(Object.keys(REFUSALS) as RefusalCode[])('maps %s to its type, title and status', (code) => {
    const answer = problemOfRefusal(new Refusal(code, { detail: 'Why.' }), '/api/scores/top');
    const { title } = REFUSALS[code];
    expect(answer).toMatchObject({ type: `urn:scoreboard:problem:${code}`, title, detail: 'Why.', instance: '/api/scores/top' });
    expect(answer.status).toBe(STATUS[REFUSALS[code].kind]);
  });

  it('contains the reason of a rejected update', () => {
    const { status, reason, commandId } = problemOfRefusal(new Refusal('rejected', { commandId: 'c', reason: 'total-limit' }));
    expect({ status, reason, commandId }).toEqual({ status: 422, reason: 'total-limit', commandId: 'c' });
  });

  it('contains the outcome of an update, and leaves out internal details', () => {
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
  it('uses the standard HTTP title for a plain status', () => {
    expect(problem(405, { instance: '/x' })).toEqual({ type: 'about:blank', title: 'Method Not Allowed', status: 405, instance: '/x' });
    expect(problem(499).title).toBe('Error');
  });
});
