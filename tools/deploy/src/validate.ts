import { findNginx, findPrometheus, haveTool, NGINX_PACKAGE, projectRoot, PROMETHEUS_PACKAGES } from '@scoreboard/harness';
import { CHECKS } from './checks/checks';

/** Looks at everything that only an engine or a cluster would read, and exits 1 where something is wrong with it. */
async function main(): Promise<void> {
  // Where they cannot be had, the checks that need them say so.
  await haveTool(findNginx, NGINX_PACKAGE);
  await haveTool(findPrometheus, ...PROMETHEUS_PACKAGES);
  let mistakes = 0;
  for (const { name, run } of CHECKS) {
    const findings = await run(projectRoot());
    mistakes += findings.mistakes.length;
    const state = findings.mistakes.length ? 'WRONG' : findings.skipped ? `SKIPPED: ${findings.skipped}` : 'ok';
    process.stdout.write([`${name}: ${state}`, ...findings.mistakes.map((mistake) => `  ${mistake}`), ''].join('\n'));
  }
  process.exitCode = mistakes ? 1 : 0;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
