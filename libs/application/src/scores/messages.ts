import { isText, type ScoreCommand, type Trace, USER_ID } from '@scoreboard/domain';
import { z } from 'zod';
import { COMMAND_ID } from './command-id';
import { type EncodedOrigins, readOrigins } from './message-origins';

/** The message pattern of the controller that receives batches of commands; also the name of the queue. */
export const COMMANDS_PATTERN = 'scores.commands';

/** The version of the message format. Messages of another version become dead letters. */
export const MESSAGE_VERSION = 1;

/** Maximum number of commands per message. */
export const MAX_COMMANDS_PER_MESSAGE = 500;

/** Maximum message size, more than the longest valid message. Larger messages are malformed, whatever they hold. */
export const MAX_MESSAGE_BYTES = 1_048_576;

const command = z.strictObject({
  commandId: z.string().toLowerCase().regex(COMMAND_ID, 'must be a command id: a UUID of version 7 or 8'),
  userId: z.string().regex(USER_ID),
  scoreIncrement: z.int().min(1),
  issuedBy: z.string().min(1).max(255).refine(isText).optional(),
  action: z.string().min(1).max(64).refine(isText).optional(),
});

const envelope = z.strictObject({
  v: z.literal(MESSAGE_VERSION),
  commands: z.array(z.unknown()).min(1).max(MAX_COMMANDS_PER_MESSAGE),
});

/** An element of a message that is not a valid command, and what is wrong with it. */
export interface MalformedCommand {
  readonly content: unknown;
  readonly problem: string;
  readonly trace?: Trace;
  readonly issuerDigest?: string;
  readonly acceptedAt?: number;
}

/** The valid commands of one message of the queue, and the malformed ones. */
export interface DecodedMessage {
  readonly commands: readonly ScoreCommand[];
  readonly malformed: readonly MalformedCommand[];
}

/** The origin of the commands is sent separately (`encodeOrigins`): older builds would reject unknown fields. */
export const encodeMessage = (commands: readonly ScoreCommand[]): Buffer =>
  Buffer.from(JSON.stringify({ v: MESSAGE_VERSION, commands: commands.map(bare) }));

/** A command without the fields that are sent separately. */
export const bare = ({ trace: _trace, issuerDigest: _issuerDigest, acceptedAt: _acceptedAt, ...command }: ScoreCommand): ScoreCommand => command;

/**
 * Decodes a message of the command queue. An invalid command does not affect the others. A message that is invalid as a whole
 * is one malformed element; an oversized message is not parsed. `beside`: the origins sent as headers.
 */
export function decodeMessage(content: Buffer, beside: EncodedOrigins = {}): DecodedMessage {
  const size = content.length;
  if (size > MAX_MESSAGE_BYTES) return { commands: [], malformed: [{ content: undefined, problem: `message of ${size} bytes: expected at most ${MAX_MESSAGE_BYTES}` }] };
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
