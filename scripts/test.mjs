import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fail, root, setUp } from './setup.mjs';

// `--files=e2e,slow` runs `*.e2e.ts` and `*.slow.ts` instead of `*.spec.ts`.
const KIND = '--files=';
const words = process.argv.slice(2);
const [kinds] = words.filter((word) => word.startsWith(KIND)).map((word) => word.slice(KIND.length));
if (words.some((word) => word === '--help' || word === '-h')) {
  console.log('npm test [-- <paths and options of jest>]\n\nInstalls, builds and starts what is missing, and runs the tests (*.spec.ts), or those of the paths. npm run test:e2e runs those that\nuse the built programs as people do, in a browser too; npm run test:slow those that take minutes each. --files=spec,e2e runs two kinds in one run.');
  process.exit(0);
}
setUp();
const folder = mkdtempSync(join(tmpdir(), 'scoreboard-tests-'));
const resultFile = join(folder, 'result.json');
// Suites wait for servers and timers more than half of their time: two more than there are cores keep these busy.
const workers = Math.min(availableParallelism() + 2, 6);
const jest = [join(root, 'node_modules/jest/bin/jest.js'), `--maxWorkers=${workers}`, '--json', `--outputFile=${resultFile}`, ...words.filter((word) => !word.startsWith(KIND))];
// Last, because it takes every word that follows.
if (kinds) jest.push('--testRegex', `\\.(${kinds.replaceAll(',', '|')})\\.ts$`);
// jest's stdout would be the result once more; what it shows to people is on stderr.
const child = spawn(process.execPath, jest, { cwd: root, stdio: ['inherit', 'ignore', 'inherit'] });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
const result = readResult();
rmSync(folder, { recursive: true });
if (!result) fail(`jest ended without a result (${code ?? 'by a signal'}).`);

const assertions = result.testResults.flatMap((file) => file.assertionResults);
const skipped = assertions.filter((test) => test.status === 'pending' || test.status === 'todo');
for (const test of skipped) console.log(`SKIPPED: ${test.fullName}`);

const secondsOf = ({ startTime, endTime }) => (endTime - startTime) / 1_000;
const slowest = result.testResults.sort((a, b) => secondsOf(b) - secondsOf(a)).slice(0, 10);
console.log('The slowest suites:');
for (const file of slowest) console.log(`${secondsOf(file).toFixed(1).padStart(7)} s  ${relative(root, file.name)}`);

// A file that could not be run is a failure, though none of its tests was counted.
const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
console.log([`${result.numPassedTests} passed`, `${failed} failed`, ...(skipped.length ? [`${skipped.length} skipped`] : [])].join(', '));
process.exitCode = code || (result.numPassedTests + failed ? 0 : 1);

function readResult() {
  try {
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    return undefined; // It was ended before it wrote one.
  }
}
