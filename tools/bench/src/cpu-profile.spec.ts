import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';
import { busiest } from './cpu-profile';

describe('busiest', () => {
  const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)') },
      { id: 2, callFrame: frame('send', join(projectRoot(), 'libs/a.js'), 9) },
      { id: 3, callFrame: frame('', 'node:net', 4) },
      { id: 4, callFrame: frame('send', join(projectRoot(), 'libs/a.js'), 9) },
    ],
    startTime: 1_000,
    samples: [3, 2, 1, 4, 3, 3],
    timeDeltas: [100, 20, 500, 40, 20, 100],
  };

  it('gives the share of each function in the busy time of the span, the largest first', () => {
    expect(busiest(profile, 1_110, 1_680)).toEqual([
      { name: 'send libs/a.js:10', share: 0.75 },
      { name: '(anonymous) node:net', share: 0.25 },
    ]);
  });
});
