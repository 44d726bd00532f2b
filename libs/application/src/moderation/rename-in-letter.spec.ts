import { renameInLetter } from './rename-in-letter';

describe('renameInLetter', () => {
  it.each([
    ['{"commandId":"c","userId":"a.n","scoreIncrement":5}', '{"commandId":"c","userId":"x","scoreIncrement":5}'],
    ['{"v":1,"commands":[{"userId":"a.n"},{"userId":"bob"}]}', '{"v":1,"commands":[{"userId":"x"},{"userId":"bob"}]}'],
    ['{"userId":"\\u0061.n","note":"of a.n, once"}', '{"userId":"x","note":"of x, once"}'],
    ['{"userId":"a.n', '{"userId":"x'],
    ['{"userId":"a.n.2","other":"ban","third":"abn"}', undefined],
    ['not ours', undefined],
    [`${'['.repeat(50_000)}"a.n"${']'.repeat(50_000)}`, `${'['.repeat(50_000)}"x"${']'.repeat(50_000)}`],
  ])('turns %.60s into %s', (content, renamed) => {
    expect(renameInLetter(content, 'a.n', 'x')).toBe(renamed);
  });
});
