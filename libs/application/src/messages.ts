import { type ScoreCommand, USER_ID } from '@scoreboard/domain';
import { z } from 'zod';

/** The pattern under which a controller receives batches of commands; also the queue's name on the broker. */
export const COMMANDS_PATTERN = 'scores.commands';

/** A version this build does not know is parked, not guessed at. */
export const MESSAGE_VERSION = 1;

/** The most commands one message carries. */
export const MAX_COMMANDS_PER_MESSAGE = 500;

const command = z.strictObject({
  commandId: z.uuid().toLowerCase(),
  userId: z.string().regex(USER_ID),
  scoreIncrement: z.int().min(1),
  issuedBy: z.string().min(1).max(255).optional(),
  action: z.string().min(1).max(64).optional(),
});

const envelope = z.strictObject({
  v: z.literal(MESSAGE_VERSION),
  commands: z.array(z.unknown()).min(1).max(MAX_COMMANDS_PER_MESSAGE),
});

/** One element of a message that is no command, with what is wrong with it. */
export interface MalformedCommand {
  readonly content: unknown;
  readonly problem: string;
}

export interface DecodedMessage {
  readonly commands: readonly ScoreCommand[];
  readonly malformed: readonly MalformedCommand[];
}

export const encodeMessage = (commands: readonly ScoreCommand[]): Buffer =>
  Buffer.from(JSON.stringify({ v: MESSAGE_VERSION, commands }));

/**
 * Reads a message of the command queue. One bad command does not spoil its neighbours; a message that is not ours
 * at all is one malformed element.
 */
export function decodeMessage(content: Buffer): DecodedMessage {
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
  for (const content of message.data.commands) {
    const parsed = command.safeParse(content);
    if (parsed.success) commands.push(parsed.data);
    else malformed.push({ content, problem: describe(parsed.error) });
  }
  return { commands, malformed };
}

const describe = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ');
