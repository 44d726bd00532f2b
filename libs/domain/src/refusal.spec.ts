import { Refusal, type RefusalCode, REFUSALS } from './refusal';

describe('Refusal', () => {
  it.each(Object.keys(REFUSALS) as RefusalCode[])('%s bears its kind, and its title where no detail is given', (code) => {
    const refusal = new Refusal(code);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({ name: 'Refusal', code, kind: REFUSALS[code].kind, message: REFUSALS[code].title, details: {} });
  });

  it('says its detail where there is one', () => {
    expect(new Refusal('key-reused', { detail: 'Send another key.' }).message).toBe('Send another key.');
  });

  it('has codes that fit into a URN, and titles that stand for themselves', () => {
    for (const code of Object.keys(REFUSALS)) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    const titles = Object.values(REFUSALS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
