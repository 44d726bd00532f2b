import { checkBeginning, foldName } from './name-search';

describe('foldName', () => {
  it.each([
    ['case', 'ZOË', 'zoë'],
    ['accents, composed or not', 'Zoë', 'Zoe\u0308'],
    ['an accent that is left out', 'Zoë', 'zoe'],
    ['full and half width', 'Ａｎｎ１', 'ann1'],
    ['ß and ss', 'Straße', 'STRASSE'],
    ['letters with a stroke', 'Łukasz Đỗ Ørsted', 'lukasz do orsted'],
    ['joined letters', 'Æsir ﬁn', 'aesir fin'],
    ['the Turkish i', 'Işıl İnci', 'isil inci'],
    ['the final sigma', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['the kinds of kana', 'タロウ', 'たろう'],
    ['half-width kana', 'ﾀﾛｳ', 'タロウ'],
    ['the points of Arabic', 'مُحَمَّد', 'محمد'],
    ['the points of Hebrew', 'דָּוִד', 'דוד'],
    ['the variant of an emoji', '❤\ufe0f Ann', '❤ ann'],
    ['spaces', ' Ann  Lee ', 'ann lee'],
  ])('makes no difference for %s', (_what, one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });

  it.each([['कि', 'की'], ['ann', 'anna'], ['あ', 'い'], ['王', '玉'], ['각', '간'], ['กา', 'กี']])('keeps %s and %s apart', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });

  it('makes a beginning of a Korean name one of its letters', () => {
    expect(foldName('김').startsWith(foldName('기'))).toBe(true);
  });
});

describe('checkBeginning', () => {
  it.each([['an', 'an'], [' Zoë ', 'zoe'], ['王', '王'], ['か', foldName('か')], ['🐜x', '🐜x'], ['x'.repeat(40), 'x'.repeat(40)]])('accepts %j', (text, value) => {
    expect(checkBeginning(text)).toEqual({ value });
  });

  it.each(['', ' ', 'a', ' a ', 'ä', '\u0301\u0301', 'a\u0301', '\u200d\u200d', 'x'.repeat(321), '\u0301'.repeat(5_000)])('refuses %j', (text) => {
    expect(checkBeginning(text)).toEqual({ problem: 'must be the first 2 to 40 characters of a name, or 1 of Chinese, Japanese or Korean' });
  });
});
