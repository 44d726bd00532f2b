import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';

const run = promisify(execFile);

/** A name without a comment, or a link that leads nowhere, fails it. */
describe('the reference of the packages', () => {
  it('is built without a warning, and has a page for the names of each package', async () => {
    const folder = temporaryFolder('reference');
    const built = await run(process.execPath, [join(projectRoot(), 'scripts/build-reference.mjs'), folder]).catch((error: { stdout: string; stderr: string }) => error);
    expect(built.stderr + built.stdout).not.toMatch(/warning|error/);
    const pages = [
      'classes/_scoreboard_nest.ScoreboardModule.html',
      'functions/_scoreboard_nest.ProfileResolver.html',
      'functions/_scoreboard_nest_testing.scoreQueueContract.html',
      'classes/_scoreboard_client.Scoreboard.html',
      'functions/_scoreboard_react.useBoard.html',
    ];
    expect(pages.filter((page) => !existsSync(join(folder, page)))).toEqual([]);
    expect(readFileSync(join(folder, 'functions/_scoreboard_react.useBoard.html'), 'utf8')).toContain('The best users of a board, live.');
  }, 590_000);
});
