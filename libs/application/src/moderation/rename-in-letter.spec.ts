import { renameInLetter } from './rename-in-letter';

describe('renameInLetter', () => {
  it.each([
    ['{"commandId":"c","userId":"a.n","scoreIncrement":5}', '{"commandId":"c","userId":"x","scoreIncrement":5}'],
    ['{"v":1,"commands":[{"userId":"a.n"},{"userId":"bob"}]}', '{"v":1,"commands":[{"userId":"x"},{"userId":"bob"}]}'],
    ['{"userId":"\\u0061.n","note":"of a.n, once"}', '{"userId":"x","note":"of x, once"}'],
    ['{"userId":"bob","issuedBy":"a.n"}', '{"userId":"bob","issuedBy":"x"}'],
    ['{"a.n":5}', '{"x":5}'],
    ['{"text":"{\\"userId\\":\\"a.n\\"}"}', '{"text":"{\\"userId\\":\\"x\\"}"}'],
    ['{"userId":"a.n', '{"userId":"x'],
    ['{"userId":"a.n.2","other":"ban","third":"abn"}', undefined],
    ['not ours', undefined],
    [`${'['.repeat(50_000)}"a.n"${']'.repeat(50_000)}`, `${'['.repeat(50_000)}"x"${']'.repeat(50_000)}`],
  ])('turns %.60s into %s', (content, renamed) => {
    expect(renameInLetter(content, 'a.n', 'x')).toBe(renamed);
  });

  it.each(['https://steamcommunity.com/openid/id/1', "o'brien@x", '{uuid}', 'aGk/+w==', '$&', '^(a|b)*[c]$', '%41', 'a,b;c', '='.repeat(253)])('replaces the id %s literally', (userId) => {
    expect(renameInLetter(JSON.stringify({ userId }), userId, 'x')).toBe('{"userId":"x"}');
    expect(renameInLetter(JSON.stringify({ userId: `${userId}/2` }), userId, 'x')).toBeUndefined();
    expect(renameInLetter(JSON.stringify({ note: `of ${userId} once` }), userId, 'x')).toBe('{"note":"of x once"}');
  });

  it('does not replace an id inside a longer id', () => {
    expect(renameInLetter('{"userId":"https://x/a.n","other":"{a.n}","third":"a.n,"}', 'a.n', 'x')).toBeUndefined();
  });

  it('replaces an id in JSON that is nested too deep to serialize', () => {
    const [open, close] = ['['.repeat(50_000), ']'.repeat(50_000)];
    expect(renameInLetter(`${open}"a.n"${close}`, 'a.n', 'x')).toBe(`${open}"x"${close}`);
  });
});
