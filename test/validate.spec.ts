import { projectRoot } from '@scoreboard/harness';
import { CHECKS } from '../tools/deploy/src/checks/checks';
import { mistakesOf } from './mistakes-of';

describe('npm run validate', () => {
  it('finds no mistake in the shipped files', async () => {
    const mistakes = await Promise.all(Object.entries(CHECKS).map(async ([name, check]) => [name, await mistakesOf(check, projectRoot())] as const));
    expect(mistakes.filter(([, found]) => found.length)).toEqual([]);
  });
});
