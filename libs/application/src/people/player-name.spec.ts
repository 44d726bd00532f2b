import { checkAvatarUrl, checkName } from './player-name';

const FAMILY = '👨‍👩‍👧‍👦';
const ENGLAND = '🏴󠁧󠁢󠁥󠁮󠁧󠁿';

describe('checkName', () => {
  it.each(['Ann', 'Zoë ❤️', FAMILY.repeat(40), ENGLAND, '👍🏽 1️⃣ 🇩🇪', 'Нина', '山田太郎', 'नमस्ते', 'می‌خواهم', 'क्‍ष', '<b>"bold"</b>', "O'Brien & Søn"])('takes %j as it is', (name) => {
    expect(checkName(name)).toEqual({ value: name });
  });

  it('stores one form of a name: composed, without spaces around it, and with single spaces', () => {
    expect(checkName(' Zoe\u0308 \u00a0 Lee\u3000').value).toBe('Zo\u00eb Lee');
  });

  it.each(['', '   ', 'a'.repeat(41), FAMILY.repeat(41)])('refuses the length of %j', (name) => {
    expect(checkName(name).problem).toBe('must be 1 to 40 characters');
  });

  it.each(['a\u0000', 'a\nb', 'a\u200bb', 'a\u200db', '\u3164', 'a\u2800', 'a\u202eb', 'a\u2066b', '\u00ad', 'a\ue000', '\ufeffa', '\u034f', 'a\ufe0f'])('refuses %j, which has a character that cannot be seen', (name) => {
    expect(checkName(name).problem).toBe('must not contain control, direction or invisible characters');
  });

  it.each(['\u0301a', 'e\u0335\u0336\u0337\u0338\u0321'])('refuses the marks of %j', (name) => {
    expect(checkName(name).problem).toBe('must not begin with a combining mark or contain more than 4 in a row');
  });
});

describe('checkAvatarUrl', () => {
  it('takes https URLs, in the form of browsers', () => {
    expect(checkAvatarUrl('https://a.example/ann.png?v=2').value).toBe('https://a.example/ann.png?v=2');
    expect(checkAvatarUrl('https://ä.example/"><b>').value).toBe('https://xn--4ca.example/%22%3E%3Cb%3E');
  });

  it.each(['', 'ann.png', 'http://a.example/ann.png', 'javascript:alert(1)', 'data:image/png;base64,AA==', 'https://ann:secret@a.example/'])('refuses %j', (url) => {
    expect(checkAvatarUrl(url).problem).toBe('must be a URL that begins with https:// and contains no password');
  });

  it('refuses a URL of more than 1,000 characters', () => {
    expect(checkAvatarUrl(`https://a.example/${'a'.repeat(1_000)}`).problem).toBe('must be at most 1000 characters');
  });
});
