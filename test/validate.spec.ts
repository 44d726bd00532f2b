import { projectRoot } from '@scoreboard/harness';
import { CHECKS } from '../tools/deploy/src/checks/checks';

describe('npm run validate', () => {
  for (const [name, check] of Object.entries(CHECKS)) {
    const whyNot = check.whyNot?.();
    if (whyNot) it.skip(`NOT TESTED, ${whyNot}: finds no mistake in the shipped files: ${name}`, () => undefined);
    else it(`finds no mistake in the shipped files: ${name}`, async () => expect(await check(projectRoot())).toEqual([]));
  }
});
