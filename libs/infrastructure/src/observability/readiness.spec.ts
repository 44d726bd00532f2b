import { Readiness } from './readiness';

const check = (name: string, isUp: boolean, isVital?: boolean) => ({ name, isUp: () => isUp, isVital });

describe('Readiness', () => {
  let readiness: Readiness;
  beforeEach(() => (readiness = new Readiness()));

  it('goes from starting to ready to draining, whatever the servers do', async () => {
    readiness.add(check('redis', true));
    expect(await readiness.report()).toEqual({ status: 'starting' });
    readiness.serve();
    expect(await readiness.report()).toEqual({ status: 'ready' });
    expect(readiness.isDraining).toBe(false);
    readiness.drain();
    expect(await readiness.report()).toEqual({ status: 'draining' });
    expect(readiness.isDraining).toBe(true);
  });

  it('is degraded and names the unavailable dependencies if it can still serve', async () => {
    readiness.add(check('redis', false), { name: 'postgresql', isUp: async () => false }, check('rabbitmq', true));
    readiness.serve();
    expect(await readiness.report()).toEqual({ status: 'degraded', degraded: ['redis', 'postgresql'] });
  });

  it('is unready if a vital dependency is unavailable', async () => {
    readiness.add(check('redis', false), check('board', false, true));
    readiness.serve();
    expect(await readiness.report()).toEqual({ status: 'unready', degraded: ['redis', 'board'] });
  });

  it('runs all checks for every report', async () => {
    let isUp = false;
    readiness.add({ name: 'redis', isUp: () => isUp });
    readiness.serve();
    expect((await readiness.report()).status).toBe('degraded');
    isUp = true;
    expect((await readiness.report()).status).toBe('ready');
  });
});
