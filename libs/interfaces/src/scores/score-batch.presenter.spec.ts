import { Refusal } from '@scoreboard/domain';
import { presentBatch } from './score-batch.presenter';

const receipt = { commandId: 'c', userId: 'ann', scoreIncrement: 1, status: 'accepted' } as const;
const accepted = { status: 'fulfilled', value: receipt } as const;
const failed = (reason: unknown) => ({ status: 'rejected', reason }) as const;
const away = (outcome: 'refused' | 'unknown', commandId?: string) => failed(new Refusal('queue-unavailable', { outcome, retryAfter: 2, commandId }));

describe('presentBatch', () => {
  const reported: string[] = [];
  const present = (...results: Parameters<typeof presentBatch>[0]) => presentBatch(results, { report: (what) => void reported.push(what) });

  it('answers each update with its status, and says when to send it again', () => {
    const { results } = present(accepted, away('unknown', 'c2'), failed(new Refusal('key-reused')));
    expect(results).toEqual([
      { status: 201, body: receipt },
      { status: 503, retryAfter: 2, body: expect.objectContaining({ type: 'urn:scoreboard:problem:queue-unavailable', outcome: 'unknown', commandId: 'c2' }) },
      { status: 422, body: expect.objectContaining({ type: 'urn:scoreboard:problem:key-reused' }) },
    ]);
  });

  it('refuses the whole batch if a server is unavailable for all of it; the outcome is unknown if that of one update is', () => {
    expect(() => present(away('refused'), away('refused'))).toThrow(expect.objectContaining({ code: 'queue-unavailable', kind: 'unavailable', details: { outcome: 'refused', retryAfter: 2 } }));
    expect(() => present(away('refused'), away('unknown', 'c2'))).toThrow(expect.objectContaining({ details: { outcome: 'unknown', retryAfter: 2 } }));
  });

  it('answers an unexpected error of one update with 500 without details, and reports it', () => {
    const { results } = present(accepted, failed(new Error('SELECT secret')));
    expect(results[1]).toEqual({ status: 500, body: { type: 'about:blank', title: 'Internal Server Error', status: 500 } });
    expect(reported).toEqual(['an update of a batch failed']);
  });
});
