import { haveTools, projectRoot } from '@scoreboard/harness';
import { Skipped } from './checks/check';
import { CHECKS } from './checks/checks';

/** Looks at everything that only an engine or a cluster would read, and exits 1 where something is wrong with it. */
async function main(): Promise<void> {
  // Where they cannot be had, the checks that need them say so.
  await haveTools('nginx', 'prometheus');
  for (const [name, check] of Object.entries(CHECKS)) {
    const found = await Promise.resolve(projectRoot()).then(check).catch((error: unknown) => error);
    if (found instanceof Error && !(found instanceof Skipped)) throw found;
    const mistakes = found instanceof Skipped ? [] : (found as readonly string[]);
    const state = found instanceof Skipped ? `SKIPPED: ${found.message}` : mistakes.length ? 'WRONG' : 'ok';
    process.stdout.write([`${name}: ${state}`, ...mistakes.map((mistake) => `  ${mistake}`), ''].join('\n'));
    if (mistakes.length) process.exitCode = 1;
  }
}

void main();
