import { unmapped } from './log-mapping';

const line = { '@timestamp': '2026-11-24T19:47:27.240Z', 'log.level': 'info', 'message': 'listening', 'process': { pid: 7 } };

describe('unmapped', () => {
  it('finds nothing in a line that the mapping holds, with dots or nested, with one value or several', () => {
    expect(unmapped({ ...line, 'trace.id': ['a', 'b'], 'error': { type: 'Error' }, 'client': { ip: '::1' }, 'scoreboard': { seconds: 0.5 } })).toEqual([]);
  });

  it.each<[more: object, problem: RegExp]>([
    [{ 'user.name': 'ann' }, /^user.name: is not in the mapping$/],
    [{ error: { code: 'E' } }, /^error.code: is not in the mapping$/],
    [{ message: { text: 'x' } }, /^message: .* is no match_only_text$/],
    [{ log: 'info' }, /^log: is no object$/],
    [{ 'process.pid': '7' }, /^process.pid: "7" is no long$/],
    [{ 'scoreboard.revision': 1.5 }, /no long$/],
    [{ 'scoreboard.seconds': '0.1' }, /no float$/],
    [{ 'client.ip': 'localhost' }, /no ip$/],
    [{ '@timestamp': 1_764_000_000 }, /no date$/],
    [{ 'trace.id': ['a', 7] }, /no keyword$/],
    [{ 'trace.id': 'a'.repeat(65) }, /no keyword$/],
    [{ data_stream: { type: 'metrics' } }, /no constant_keyword$/],
  ])('finds %j', (more, problem) => {
    expect(unmapped({ ...line, ...more })).toEqual([expect.stringMatching(problem)]);
  });
});
