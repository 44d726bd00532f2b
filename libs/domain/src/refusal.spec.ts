import { Refusal, type RefusalCode, REFUSALS } from './refusal';

describe('Refusal', () => {
  it.each(Object.keys(REFUSALS) as RefusalCode[])('%s has its kind, and its title as message if no detail is given', (code) => {
    const refusal = new Refusal(code);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({ name: 'Refusal', code, kind: REFUSALS[code].kind, message: REFUSALS[code].title, details: {} });
  });

  it('uses the detail as message if there is one', () => {
    expect(new Refusal('key-reused', { detail: 'Use a new key.' }).message).toBe('Use a new key.');
  });

  it('has codes that fit into a URN, and unique titles', () => {
    for (const code of Object.keys(REFUSALS)) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    const titles = Object.values(REFUSALS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
