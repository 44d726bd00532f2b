import { useScoreboard, newUser, serviceToken, tokenOf } from '../../../test/support/use-scoreboard';
import { SubmitError } from './index.ts';

describe('the client library with action tokens, on the standalone', () => {
  const site = useScoreboard({ REQUIRE_ACTION_TOKEN: 'true' });

  async function actionTokenFor(userId: string): Promise<string> {
    const headers = { 'content-type': 'application/json', 'authorization': `Bearer ${serviceToken('actions:issue')}` };
    const body = JSON.stringify({ userId, action: 'level-7', maxIncrement: 50, expiresIn: 60 });
    const response = await fetch(`${site.url}/api/actions`, { method: 'POST', headers, body });
    return ((await response.json()) as { readonly actionToken: string }).actionToken;
  }

  it('submits for the user of the action token, without a token hook', async () => {
    const user = newUser();
    const receipt = await site.open().submit(20, { actionToken: await actionTokenFor(user), waitSeconds: 5 });
    expect(receipt).toMatchObject({ userId: user, scoreIncrement: 20, status: 'applied', score: 20 });
    expect(await site.historyOf(tokenOf(user))).toMatchObject([{ action: 'level-7' }]);
  });

  it('does not call the token hook, and counts a token that is sent twice once', async () => {
    const user = newUser();
    const hook = jest.fn(() => tokenOf(user));
    const board = site.open({ token: hook });
    const actionToken = await actionTokenFor(user);
    const [first, second] = [await board.submit(20, { actionToken }), await board.submit(20, { actionToken })];
    expect(second.commandId).toBe(first.commandId);
    expect(hook).not.toHaveBeenCalled();
  });

  it.each([undefined, null, ''])("refuses %j as an action token and never sends the player's own token", async (actionToken) => {
    const hook = jest.fn(() => tokenOf('ann'));
    const failure = await site.open({ token: hook }).submit(20, { actionToken: actionToken as string }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SubmitError);
    expect(failure).toMatchObject({ outcome: 'refused', message: expect.stringMatching(/^actionToken is .*: expected an action token issued by your server\./) });
    expect(hook).not.toHaveBeenCalled();
  });

  it.each(['eyJ…', 'a.b.c', '[object Object]'])('refuses the malformed action token %j', async (actionToken) => {
    await expect(site.open().submit(20, { actionToken })).rejects.toThrow('actionToken: expected a JWT with a sub claim, as returned by POST /api/actions');
  });

  it.each([
    [{ idempotencyKey: '' }, 'idempotencyKey: expected 1 to 255 visible ASCII characters'],
    [{ idempotencyKey: 'two words' }, 'idempotencyKey: expected 1 to 255 visible ASCII characters'],
    [{ waitSeconds: 0 }, 'waitSeconds: expected a number from 1 to 10'],
    [{ waitSeconds: NaN }, 'waitSeconds: expected a number from 1 to 10'],
    [{ giveUpAfterMs: NaN }, 'giveUpAfterMs: expected a number of milliseconds, at least 0'],
  ])('refuses the options %j before sending anything', async (options, message) => {
    await expect(site.as('ann').submit(1, options)).rejects.toMatchObject({ name: 'SubmitError', outcome: 'refused', message: `${message}.` });
  });
});
