import { terminalText } from './terminal-text';

const HARMFUL: readonly (readonly [string, number, number])[] = [
  ['C0 controls, including line breaks', 0x00, 0x1f],
  ['DEL and C1 controls', 0x7f, 0x9f],
  ['the soft hyphen', 0xad, 0xad],
  ['the Arabic letter mark', 0x61c, 0x61c],
  ['zero-width characters and direction marks', 0x200b, 0x200f],
  ['line and paragraph separators', 0x2028, 0x2029],
  ['bidirectional embeddings and overrides', 0x202a, 0x202e],
  ['the word joiner and invisible operators', 0x2060, 0x2064],
  ['bidirectional isolates', 0x2066, 0x2069],
  ['the byte order mark', 0xfeff, 0xfeff],
  ['invisible fillers', 0x3164, 0x3164],
  ['interlinear annotations', 0xfff9, 0xfffb],
  ['unpaired surrogates', 0xd800, 0xdfff],
  ['tag characters', 0xe0001, 0xe007f],
];

describe('terminalText', () => {
  it.each(HARMFUL)('escapes %s', (_what, from, to) => {
    for (let code = from; code <= to; code++) {
      const character = String.fromCodePoint(code);
      const shown = terminalText(`a${character}b`);
      expect(shown).toMatch(/^a(\\u[0-9a-f]{4}){1,2}b$/);
      expect(JSON.parse(`"${shown}"`)).toBe(`a${character}b`);
    }
  });

  it('keeps normal text unchanged', () => {
    const text = 'ann: "für 10 €", 日本語, العربية, 👍🏽 \\u001b {} |';
    expect(terminalText(text)).toBe(text);
  });

  it('does not change JSON values', () => {
    const value = { reason: '\u009b2J\u202egnp.exe\u200b\u{e0041}\n\ud800', ok: 'ü' };
    const line = terminalText(JSON.stringify(value));
    expect(line).toMatch(/^[\x20-\x7eü]+$/);
    expect(JSON.parse(line)).toEqual(value);
  });
});
