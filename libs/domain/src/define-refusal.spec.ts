import { defineRefusal, definedRefusals, type RefusalOptions } from './define-refusal';
import { Refusal } from './refusal';

describe('defineRefusal', () => {
  it('makes a class of refusals with their own code, kind, title and details', () => {
    const CapReached = defineRefusal('cap-1', { kind: 'limited', title: 'The cap is reached' });
    const refusal = new CapReached({ detail: 'Come back tomorrow.', retryAfter: 60 });
    expect(refusal).toBeInstanceOf(CapReached);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'cap-1', kind: 'limited', title: 'The cap is reached', message: 'Come back tomorrow.', details: { retryAfter: 60 } });
    expect(new CapReached().message).toBe('The cap is reached');
    expect(definedRefusals()).toContainEqual({ code: 'cap-1', kind: 'limited', title: 'The cap is reached' });
  });

  it.each<[name: string, options: object, said: string]>([
    ['rate-limited', {}, 'The refusal rate-limited exists already; choose another name.'],
    ['taken', {}, 'The refusal taken exists already; choose another name.'],
    ['Daily Cap', {}, 'The name of a refusal must be 1 to 64 characters, such as daily-cap, not "Daily Cap".'],
    ['a'.repeat(65), {}, 'The name of a refusal must be 1 to 64 characters'],
    ['teapot', { kind: 'unavailable' }, 'The kind of the refusal teapot must be one of forbidden, conflict, limited, not "unavailable".'],
    ['untitled', { title: ' ' }, 'The refusal untitled must have a title.'],
  ])('refuses %s with %j', (name, options, said) => {
    const good = { kind: 'forbidden', title: 'Taken' } as const;
    if (name === 'taken') defineRefusal('taken', good);
    expect(() => defineRefusal(name, { ...good, ...options } as RefusalOptions)).toThrow(said);
  });
});
