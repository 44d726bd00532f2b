/** What a part's cost depends on. */
export interface Load {
  readonly users: number;
  /** Commands in a batch of the worker, and in a message of the queue. */
  readonly batch: number;
  readonly message: number;
  /** Pushes for an update, to all clients. */
  readonly pushes: number;
}

/** Verified tokens that an api remembers. */
const TOKENS = 50_000;

/** µs of CPU that an update costs each part: the model of docs/growth.md, which tells how the numbers were fitted. */
const MODEL = {
  api: ({ users, message }: Load) => 45 + 100 / message + (users > TOKENS ? 20 : 0),
  worker: ({ batch }: Load) => 9 + 900 / batch,
  postgres: ({ users, batch }: Load) => 12 + 300 / batch + 8 * Math.log10(users / 1_000),
  redis: ({ users, batch }: Load) => 5 + 100 / batch + 5 * Math.log10(users / 1_000),
  rabbitmq: ({ message }: Load) => 1.2 + 600 / message,
  gateway: ({ batch, pushes }: Load) => 1 + 100 / batch + 12 * pushes,
};

export const predict = (part: keyof typeof MODEL, load: Load): number => MODEL[part](load);
