import { metricsOf, selectorsOf } from '../tools/deploy/src/checks/promql';

describe('the series that an expression asks for', () => {
  it('are named with their labels, once each', () => {
    expect(selectorsOf('sum(up{job="a b"}) + up{job="a b"} > up')).toEqual(['up{job="a b"}', 'up']);
  });

  it('hide in functions, windows, groupings and operators, which are no series', () => {
    const expr = '1 - (histogram_quantile(0.99, sum by (le, role) (rate(delay_seconds_bucket{le="0.5"}[5m]))) or vector(0)) / on (instance) group_left (x) max_over_time(scoreboard:ratio_rate1h[1d]) unless bool_total > 1e3';
    expect(selectorsOf(expr)).toEqual(['delay_seconds_bucket{le="0.5"}', 'scoreboard:ratio_rate1h', 'bool_total']);
  });

  it('are not the texts that functions are given', () => {
    expect(selectorsOf('label_replace(absent(a{x="1",y="2"}), "server", "redis", "", "") or b')).toEqual(['a{x="1",y="2"}', 'b']);
  });

  it('have metrics, whatever their labels', () => {
    expect(metricsOf('a{x="1"} / a{x="2"} + b')).toEqual(['a', 'b']);
  });
});
