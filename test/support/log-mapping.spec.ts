import { unmapped } from './log-mapping';

const line = { '@timestamp': '2026-11-24T19:47:27.240Z', 'log.level': 'info', 'message': 'listening', 'process': { pid: 7 } };

describe('unmapped', () => {
  it('reports nothing for a line that fits the mapping, with dotted or nested fields, and one or several values', () => {
    expect(unmapped({ ...line, 'trace.id': ['a', 'b'], 'error': { type: 'Error' }, 'client': { ip: '::1' }, 'scoreboard': { seconds: 0.5 } })).toEqual([]);
  });

  it.each<[more: object, problem: RegExp]>([
    [{ 'user.name': 'ann' }, /^user.name: is not in the mapping$/],
    [{ error: { code: 'E' } }, /^error.code: is not in the mapping$/],
    [{ message: { text: 'x' } }, /^message: .* is not of type match_only_text$/],
    [{ log: 'info' }, /^log: is not an object$/],
    [{ 'process.pid': '7' }, /^process.pid: "7" is not of type long$/],
    [{ 'scoreboard.revision': 1.5 }, /not of type long$/],
    [{ 'scoreboard.seconds': '0.1' }, /not of type float$/],
    [{ 'client.ip': 'localhost' }, /not of type ip$/],
    [{ '@timestamp': 1_764_000_000 }, /not of type date$/],
    [{ 'trace.id': ['a', 7] }, /not of type keyword$/],
    [{ 'trace.id': 'a'.repeat(65) }, /not of type keyword$/],
    [{ data_stream: { type: 'metrics' } }, /not of type constant_keyword$/],
  ])('reports %j', (more, problem) => {
    expect(unmapped({ ...line, ...more })).toEqual([expect.stringMatching(problem)]);
  });
});
