import type { Verdict } from './run-fault';

/** The verdicts as a table in Markdown. */
export function render(verdicts: readonly Verdict[]): string {
  const titles = ['row', 'fault', 'seed', 'accepted', 'refused', 'unknown', 'accepts after', 'healed in', 'verdict', 'note'];
  const rows = verdicts.map(({ fault, what, seed, accepted, refused, unknown, acceptsMs, healMs, verdict, note, folder }) => {
    const figures = verdict === 'skipped' ? ['–', '–', '–', '–', '–'] : [`${accepted}`, `${refused}`, `${unknown}`, seconds(acceptsMs), seconds(healMs)];
    return [fault, what, `${seed}`, ...figures, verdict, (folder ? `${note}; see ${folder}` : note).replaceAll('|', '\\|').replaceAll('\n', ' ')];
  });
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(titles), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

export const seconds = (ms?: number): string => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);

/** All of them in one sentence. */
export function summary(verdicts: readonly Verdict[]): string {
  const count = (verdict: Verdict['verdict']) => verdicts.filter((each) => each.verdict === verdict).length;
  const accepted = verdicts.reduce((sum, verdict) => sum + verdict.accepted, 0);
  return `${count('held')} held, ${count('BROKEN')} broken, ${count('skipped')} skipped; ${accepted.toLocaleString('en')} accepted updates.`;
}
