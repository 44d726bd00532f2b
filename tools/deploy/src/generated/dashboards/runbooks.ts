import { read } from '../../checks/check';
import type { Outline } from './dashboard';
import { text } from './panel';

type Runbook = Readonly<Record<'alert' | 'text', string>>;

/** The runbooks in docs/runbooks.md, a heading of the third level each, in their order, as they stand there. */
export function runbooksIn(root: string): readonly Runbook[] {
  return [...read(root, 'docs/runbooks.md').matchAll(/^### (Scoreboard\w+)\n+((?:(?!##).*\n)+)/gm)].map(([, alert, body]) => ({ alert: alert!, text: body!.trim() }));
}

/** With links to other runbooks and to other sites alone: a dashboard has no documents beside it. */
export function readRunbooks(root: string): readonly Runbook[] {
  const found = runbooksIn(root);
  const page = runbookPage(found);
  const resolve = (_all: string, words: string, target: string) => {
    const runbook = found.find(({ alert }) => target === `#${alert.toLowerCase()}`);
    if (runbook) return `[${words}](${page(runbook.alert)})`;
    return target.startsWith('https:') ? `[${words}](${target})` : `${words} (docs/${target.startsWith('#') ? 'runbooks.md' : ''}${target})`;
  };
  return found.map(({ alert, text: body }) => ({ alert, text: body.replace(/\[([^\]]+)\]\(([^)]+)\)/g, resolve) }));
}

/** Where the runbook of an alert stands, as one panel on its own. Throws for an alert without one. */
export const runbookPage = (runbooks: readonly { readonly alert: string }[]) => (alert: string) => {
  const at = runbooks.findIndex((runbook) => runbook.alert === alert);
  if (at < 0) throw new Error(`${alert} has no runbook in docs/runbooks.md`);
  return `/d/scoreboard-runbooks?viewPanel=${at + 2}`; // after the row
};

/** Half a page wide each, so that the alert and what to do about it are seen without scrolling within. */
export const runbooks = (all: readonly Runbook[]): Outline => ({
  title: 'runbooks',
  description: 'What to do about each alert. Generated from docs/runbooks.md.',
  sections: { 'What to do': all.map(({ alert, text: body }) => text(alert, 'From docs/runbooks.md.', body, { width: 12 })) },
});
