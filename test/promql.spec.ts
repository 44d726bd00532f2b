import { metricsOf, selectorsOf } from '../tools/deploy/src/checks/metrics';

describe('the series in a PromQL expression', () => {
  it('are listed with their labels, once each', () => {
    expect(selectorsOf('sum(up{job="a b"}) + up{job="a b"} > up')).toEqual(['up{job="a b"}', 'up']);
  });

  it('are found inside functions, windows, groupings and operators', () => {
    const expr = '1 - (histogram_quantile(0.99, sum by (le, role) (rate(delay_seconds_bucket{le="0.5"}[5m]))) or vector(0)) / on (instance) group_left (x) max_over_time(scoreboard:ratio_rate1h[1d]) unless bool_total > 1e3';
    expect(selectorsOf(expr)).toEqual(['delay_seconds_bucket{le="0.5"}', 'scoreboard:ratio_rate1h', 'bool_total']);
  });

  it('do not include string arguments of functions', () => {
    expect(selectorsOf('label_replace(absent(a{x="1",y="2"}), "server", "redis", "", "") or b')).toEqual(['a{x="1",y="2"}', 'b']);
  });

  it('are reduced to metric names', () => {
    expect(metricsOf('a{x="1"} / a{x="2"} + b')).toEqual(['a', 'b']);
  });
});
