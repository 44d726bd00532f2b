/** Commands in a `batch` of the worker and in a `message` of the queue; `pushes` for an update, to all clients; the `rate` of updates a second. */
export type Load = Readonly<Record<'users' | 'batch' | 'message' | 'pushes' | 'rate', number>>;

/** Verified tokens that an api remembers. */
const TOKENS = 50_000;

const grown = (users: number) => Math.log10(users / 1_000);
/** The audit compares so many users a second, if there are as many. */
const audited = (users: number) => Math.min(1, users / 5_000);

/** µs of CPU that an update costs each part: the model of docs/growth.md, which tells how its numbers were fitted. */
const MODEL = {
  api: ({ users, message, rate }: Load) => 93 + 1_760 / message + (users > TOKENS ? 105 : 0) + 27_000 / rate,
  worker: ({ users, batch, rate }: Load) => 17 + 2_500 / batch + (2_300 * audited(users)) / rate,
  postgres: ({ users, batch, rate }: Load) => 23 + 650 / batch + 2.9 * grown(users) + (26_500 * audited(users)) / rate,
  redis: ({ users, batch, rate }: Load) => 8 + 560 / batch + 6.5 * grown(users) + (20_400 * audited(users)) / rate,
  rabbitmq: ({ message, rate }: Load) => 4.5 + 760 / message + 9_500 / rate,
  gateway: ({ batch, pushes }: Load) => 4.1 + 480 / batch + 13 * pushes,
};

export const predict = (part: keyof typeof MODEL, load: Load): number => MODEL[part](load);
