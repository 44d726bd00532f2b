import { parseMetrics, sumOf } from './metrics';

describe('parseMetrics', () => {
  const text = '# HELP a b\n# TYPE a gauge\na{role="api",what="x \\"y\\", {z}"} 2\na{role="api",what="b"} 0.5\nb 1e3 1700000000\n\nnonsense\n';

  it('reads names, labels and values, and leaves out everything else', () => {
    expect(parseMetrics(text)).toEqual([
      { name: 'a', labels: { role: 'api', what: 'x "y", {z}' }, value: 2 },
      { name: 'a', labels: { role: 'api', what: 'b' }, value: 0.5 },
      { name: 'b', labels: {}, value: 1_000 },
    ]);
  });

  it('sums a metric over its labels, and tells one that is missing from 0', () => {
    const samples = parseMetrics(text);
    expect([sumOf(samples, 'a'), sumOf(samples, 'b'), sumOf(samples, 'c')]).toEqual([2.5, 1_000, undefined]);
  });
});
