import { haveTools, projectRoot } from '@scoreboard/harness';
import { CHECKS } from './checks/checks';

/** Looks at everything that only an engine or a cluster would read, and exits 1 where something is wrong with it. */
async function main(): Promise<void> {
  await haveTools('nginx', 'prometheus');
  for (const [name, check] of Object.entries(CHECKS)) {
    const whyNot = check.whyNot?.();
    const mistakes = whyNot ? [] : await check(projectRoot());
    const state = whyNot ? `SKIPPED: ${whyNot}` : mistakes.length ? 'WRONG' : 'ok';
    process.stdout.write([`${name}: ${state}`, ...mistakes.map((mistake) => `  ${mistake}`), ''].join('\n'));
    if (mistakes.length) process.exitCode = 1;
  }
}

void main();
