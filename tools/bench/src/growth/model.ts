/** What the cost of an update depends on. */
export interface Load {
  readonly users: number;
  /** Commands in a batch of the worker, and in a message of the queue. */
  readonly batch: number;
  readonly message: number;
  /** Pushes for an update, to all clients. */
  readonly pushes: number;
  /** Updates a second, which share what goes on without them. */
  readonly rate: number;
}

/** Verified tokens that an api remembers. */
const TOKENS = 50_000;

const grown = (users: number) => Math.log10(users / 1_000);
/** The audit compares so many users a second, if there are as many. */
const audited = (users: number) => Math.min(1, users / 5_000);

/** µs of CPU that an update costs each part: the model of docs/growth.md, which tells how its numbers were fitted. */
const MODEL = {
  api: ({ users, message, rate }: Load) => 45 + 100 / message + (users > TOKENS ? 20 : 0) + 3_000 / rate,
  worker: ({ users, batch, rate }: Load) => 9 + 900 / batch + (10_000 * audited(users)) / rate,
  postgres: ({ users, batch, rate }: Load) => 12 + 300 / batch + 8 * grown(users) + (10_000 * audited(users)) / rate,
  redis: ({ users, batch, rate }: Load) => 5 + 100 / batch + 5 * grown(users) + (10_000 * audited(users)) / rate,
  rabbitmq: ({ message, rate }: Load) => 1.2 + 600 / message + 1_000 / rate,
  gateway: ({ batch, pushes, rate }: Load) => 1 + 100 / batch + 12 * pushes + 3_000 / rate,
};

export const predict = (part: keyof typeof MODEL, load: Load): number => MODEL[part](load);
