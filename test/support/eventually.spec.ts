import { eventually } from './eventually';

describe('eventually', () => {
  it('resolves with what the assertion returns once it holds', async () => {
    let tries = 0;
    const found = await eventually(() => {
      expect(++tries).toBeGreaterThan(2);
      return tries;
    });
    expect(found).toBe(3);
  });

  it('rejects with the last error after the time limit', async () => {
    await expect(eventually(() => Promise.reject(new Error('not yet')), { withinMs: 50 })).rejects.toThrow('not yet');
  });
});
