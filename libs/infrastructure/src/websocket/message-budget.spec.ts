import { MessageBudget } from './message-budget';

describe('MessageBudget', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** How many are taken before one is too many. */
  function taken(budget: MessageBudget): number {
    let count = 0;
    while (budget.spend()) count++;
    return count;
  }

  it('takes 20 at once, 10 more for each second, and never saves up more than 20', () => {
    const budget = new MessageBudget();
    expect(taken(budget)).toBe(20);
    jest.advanceTimersByTime(1_000);
    expect(taken(budget)).toBe(10);
    jest.advanceTimersByTime(60_000);
    expect(taken(budget)).toBe(20);
  });

  it('gives back what is slower than the rate, however often it asks', () => {
    const budget = new MessageBudget();
    for (let i = 0; i < 200; i++) {
      expect(budget.spend()).toBe(true);
      jest.advanceTimersByTime(100);
    }
  });
});
