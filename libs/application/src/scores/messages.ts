import { isText, type ScoreCommand, type Trace, USER_ID } from '@scoreboard/domain';
import { z } from 'zod';
import { COMMAND_ID } from './command-id';
import { type EncodedOrigins, readOrigins } from './message-origins';

/** The pattern under which a controller receives batches of commands; also the queue's name on the broker. */
export const COMMANDS_PATTERN = 'scores.commands';

/** A version this build does not know is parked, not guessed at. */
export const MESSAGE_VERSION = 1;

/** The most commands one message carries. */
export const MAX_COMMANDS_PER_MESSAGE = 500;

/** The longest message that is read: more than as many of the longest commands take. What is longer is malformed, whatever it holds. */
export const MAX_MESSAGE_BYTES = 1_048_576;

const command = z.strictObject({
  commandId: z.string().toLowerCase().regex(COMMAND_ID, 'must be the id of a command: a UUID of version 7 or 8'),
  userId: z.string().regex(USER_ID),
  scoreIncrement: z.int().min(1),
  issuedBy: z.string().min(1).max(255).refine(isText).optional(),
  action: z.string().min(1).max(64).refine(isText).optional(),
});

const envelope = z.strictObject({
  v: z.literal(MESSAGE_VERSION),
  commands: z.array(z.unknown()).min(1).max(MAX_COMMANDS_PER_MESSAGE),
});

/** One element of a message that is no command, with what is wrong with it. */
export interface MalformedCommand {
  readonly content: unknown;
  readonly problem: string;
  readonly trace?: Trace;
  readonly issuerDigest?: string;
}

export interface DecodedMessage {
  readonly commands: readonly ScoreCommand[];
  readonly malformed: readonly MalformedCommand[];
}

/** Where the commands come from travels beside them (`encodeOrigins`): a build that does not know of it would take the field for a mistake. */
export const encodeMessage = (commands: readonly ScoreCommand[]): Buffer =>
  Buffer.from(JSON.stringify({ v: MESSAGE_VERSION, commands: commands.map(bare) }));

/** A command without what travels beside it. */
export const bare = ({ trace: _trace, issuerDigest: _issuerDigest, ...command }: ScoreCommand): ScoreCommand => command;

/**
 * Reads a message of the command queue. One bad command does not spoil its neighbours; a message that is not ours
 * at all is one malformed element, and one that is too long is judged by that alone. `beside` is what came beside it.
 */
export function decodeMessage(content: Buffer, beside: EncodedOrigins = {}): DecodedMessage {
  const size = content.length;
  if (size > MAX_MESSAGE_BYTES) return { commands: [], malformed: [{ content: undefined, problem: `${size} bytes long: at most ${MAX_MESSAGE_BYTES} are read` }] };
  const text = content.toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { commands: [], malformed: [{ content: text, problem: 'not JSON' }] };
  }
  const message = envelope.safeParse(json);
  if (!message.success) return { commands: [], malformed: [{ content: json, problem: describe(message.error) }] };

  const commands: ScoreCommand[] = [];
  const malformed: MalformedCommand[] = [];
  const origins = readOrigins(beside, message.data.commands.length);
  message.data.commands.forEach((content, place) => {
    const parsed = command.safeParse(content);
    if (!parsed.success) malformed.push({ content, problem: describe(parsed.error), ...origins[place] });
    else commands.push({ ...parsed.data, ...origins[place] });
  });
  return { commands, malformed };
}

const describe = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ');
