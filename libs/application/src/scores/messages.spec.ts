import type { ScoreCommand } from '@scoreboard/domain';
import { commandIdFromKey, newCommandId } from './command-id';
import { decodeMessage, encodeMessage, MAX_COMMANDS_PER_MESSAGE, MAX_MESSAGE_BYTES } from './messages';

const command = (more: Partial<ScoreCommand> = {}): ScoreCommand => ({ commandId: newCommandId(), userId: 'ann', scoreIncrement: 5, ...more });
const read = (json: unknown) => decodeMessage(Buffer.from(JSON.stringify(json)));

describe('messages of the command queue', () => {
  it('decode to the encoded commands, in order', () => {
    const odd = command({ userId: "https://x/{o'brien}?a=%41&b", scoreIncrement: Number.MAX_SAFE_INTEGER });
    const commands = [command(), command({ commandId: commandIdFromKey('iss', 'ann', 'k') }), command({ action: 'quiz', issuedBy: 'game-server' }), odd];
    expect(decodeMessage(encodeMessage(commands))).toEqual({ commands, malformed: [] });
  });

  it('carry up to the maximum number of commands, and no more', () => {
    const full = Array.from({ length: MAX_COMMANDS_PER_MESSAGE }, () => command());
    expect(decodeMessage(encodeMessage(full)).commands).toEqual(full);
    const over = decodeMessage(encodeMessage([...full, command()]));
    expect(over).toMatchObject({ commands: [], malformed: [{ problem: expect.stringContaining('commands') }] });
  });

  it('are refused by size before parsing, and valid ones never reach that size', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const tooLong = Buffer.alloc(MAX_MESSAGE_BYTES + 1, encodeMessage([command()]));
    expect(decodeMessage(tooLong)).toEqual({ commands: [], malformed: [{ content: undefined, problem: 'message of 1048577 bytes: expected at most 1048576' }] });
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    const longest = command({ userId: 'u'.repeat(64), scoreIncrement: Number.MAX_SAFE_INTEGER, action: 'a'.repeat(64), issuedBy: '\u{10000}'.repeat(127) });
    expect(encodeMessage(Array.from({ length: MAX_COMMANDS_PER_MESSAGE }, () => longest)).length).toBeLessThan(MAX_MESSAGE_BYTES);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['half a message', '{"v":1,"commands":['],
    ['bytes that are not text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('that hold %s are one malformed element', (_, content) => {
    expect(decodeMessage(Buffer.from(content as string))).toMatchObject({ commands: [], malformed: [{ problem: 'not JSON' }] });
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['an array', [command()]],
    ['a bare command', command()],
    ['no version', { commands: [command()] }],
    ['a later version', { v: 2, commands: [command()] }],
    ['no commands', { v: 1 }],
    ['an empty list', { v: 1, commands: [] }],
    ['an object instead of a list', { v: 1, commands: { length: 1, 0: command() } }],
    ['a further field', { v: 1, commands: [command()], extra: true }],
  ])('that hold %s are one malformed element', (_, json) => {
    const { commands, malformed } = read(json);
    expect(commands).toEqual([]);
    expect(malformed).toEqual([{ content: json, problem: expect.stringMatching(/.+/) }]);
  });

  it.each([
    ['an id that is not a UUID', { commandId: 'x' }],
    ['an id of version 4, which is reserved for the ledger', { commandId: '0190d5c6-7b1e-4c3a-9d1e-2f6a8b4c5d6e' }],
    ['an id of another version', { commandId: '0190d5c6-7b1e-1c3a-9d1e-2f6a8b4c5d6e' }],
    ['a nil id', { commandId: '00000000-0000-0000-0000-000000000000' }],
    ['an invalid user id', { userId: 'ann smith' }],
    ['a user id of the wrong type', { userId: 7 }],
    ['an increment of zero', { scoreIncrement: 0 }],
    ['a negative increment', { scoreIncrement: -1 }],
    ['a fraction', { scoreIncrement: 1.5 }],
    ['an increment that is not a safe integer', { scoreIncrement: 2 ** 53 }],
    ['an increment in quotes', { scoreIncrement: '5' }],
    ['an action with an unpaired surrogate', { action: '\ud800' }],
    ['an action with a NUL', { action: 'a\0b' }],
    ['a service with an unpaired surrogate', { issuedBy: 'game\udfff' }],
    ['a further field', { extra: 1 }],
  ])('with one command with %s keep the other commands', (_, wrong) => {
    const [first, last] = [command(), command()];
    const bad = { ...command(), ...wrong };
    const { commands, malformed } = read({ v: 1, commands: [first, bad, last] });
    expect(commands).toEqual([first, last]);
    expect(malformed).toEqual([{ content: bad, problem: expect.stringMatching(/.+/) }]);
  });

  it('are read at any nesting depth', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const { commands, malformed } = decodeMessage(Buffer.from(`{"v":1,"commands":[${JSON.stringify(command())},${deep}]}`));
    expect([commands.length, malformed.length]).toEqual([1, 1]);
  });
});
