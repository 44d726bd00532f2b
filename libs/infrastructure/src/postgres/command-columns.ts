import { type ScoreCommand, validTrace } from '@scoreboard/domain';

/**
 * The columns of a batch, as `apply_commands` takes them. The arrays are written as PostgreSQL's text: the driver would escape each element, which
 * takes several times as long.
 */
export const columnsOf = (commands: readonly ScoreCommand[]): unknown[] => [
  plain(commands.map((command) => command.commandId)),
  quoted(commands.map((command) => command.userId)),
  plain(commands.map((command) => command.scoreIncrement)),
  orNone(commands.map((command) => command.action)),
  orNone(commands.map((command) => command.issuedBy)),
  orNone(commands.map((command) => validTrace(command.trace)?.id)),
  orNone(commands.map((command) => command.issuerDigest)),
  plain(commands.map((command) => command.acceptedAt ?? 'NULL')),
];

const plain = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

/** A `USER_ID` holds no quote and no backslash, so it needs quotes, but nothing in it is escaped. The schemas of requests and of messages check it. */
const quoted = (userIds: readonly string[]): string => `{${userIds.map((userId) => `"${userId}"`).join(',')}}`;

/** An empty array if no command has a value: `unnest` fills shorter arrays with NULL. */
const orNone = (values: readonly (string | undefined)[]) => (values.some((value) => value !== undefined) ? values : []);
