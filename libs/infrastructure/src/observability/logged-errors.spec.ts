import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { LoggedErrors } from './logged-errors';

describe('LoggedErrors', () => {
  let errors: LoggedErrors;
  let lines: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    register.clear();
    lines = [];
    const keep = (message: string) => void lines.push(message);
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
    errors = new LoggedErrors();
  });
  afterEach(() => {
    jest.useRealTimers();
    register.clear();
    Logger.overrideLogger(false);
  });

  const counted = async () => {
    const { values } = await register.getSingleMetric('scoreboard_faults_total')!.get();
    return values.map(({ labels, value }) => [labels['what'], value]);
  };

  it('counts every error and logs each kind once in ten seconds', async () => {
    for (let i = 0; i < 100; i++) errors.report('the ledger cannot be read', new Error('away'));
    errors.report('a rank cannot be read', 'no error at all');
    expect(lines).toEqual(['the ledger cannot be read: away', 'a rank cannot be read: no error at all']);
    expect(await counted()).toEqual([
      ['the ledger cannot be read', 100],
      ['a rank cannot be read', 1],
    ]);

    jest.advanceTimersByTime(10_001);
    errors.report('the ledger cannot be read', new Error('still away'));
    expect(lines.at(-1)).toBe('the ledger cannot be read: still away');
    expect(lines).toHaveLength(3);
  });
});
