import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { withDeadline } from './backoff';

const untilAborted = (signal: AbortSignal) => new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('A deadline', () => {
  it('passes the result of work that is done in time', async () => {
    expect(await withDeadline(60_000, new AbortController().signal, () => Promise.resolve('done'))).toBe('done');
  });

  it('ends work that takes longer, also while garbage is collected', async () => {
    setFlagsFromString('--expose_gc');
    const collect = setInterval(runInNewContext('gc') as () => void, 10).unref();
    try {
      await expect(withDeadline(100, new AbortController().signal, untilAborted)).rejects.toMatchObject({ name: 'TimeoutError' });
    } finally {
      clearInterval(collect);
    }
  });

  it('ends work if the signal is aborted during it, or was before', async () => {
    const ending = new AbortController();
    const ended = expect(withDeadline(60_000, ending.signal, untilAborted)).rejects.toThrow('shutting down');
    ending.abort(new Error('shutting down'));
    await ended;
    await expect(withDeadline(60_000, ending.signal, async (signal) => signal.throwIfAborted())).rejects.toThrow('shutting down');
  });
});
