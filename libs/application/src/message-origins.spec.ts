import { randomUUID } from 'node:crypto';
import type { ScoreCommand, Trace } from '@scoreboard/domain';
import { encodeTraces, readTraces } from './message-traces';
import { decodeMessage, encodeMessage, MAX_COMMANDS_PER_MESSAGE } from './messages';

const command = (trace?: Trace): ScoreCommand => ({ commandId: randomUUID(), userId: 'ann', scoreIncrement: 5, ...(trace && { trace }) });
const newId = () => randomUUID().replaceAll('-', '');
const SPAN = '00f067aa0ba902b7';

describe('where the commands of a message come from', () => {
  it('travels beside it, in the order of the commands', () => {
    const commands = [command({ id: newId() }), command(), command({ id: newId(), spanId: SPAN })];
    expect(decodeMessage(encodeMessage(commands), encodeTraces(commands))).toEqual({ commands, malformed: [] });
  });

  it('is no part of the message, which a build reads that knows nothing of it', () => {
    const commands = [command({ id: newId(), spanId: SPAN })];
    const message = encodeMessage(commands);
    expect(message).toEqual(encodeMessage(commands.map(({ trace: _, ...bare }) => bare)));
    expect(decodeMessage(message).commands).toEqual([{ ...commands[0], trace: undefined }]);
  });

  it('is 16 bytes a command, 24 where one of them is recorded, and nothing where nothing is known', () => {
    const full = Array.from({ length: MAX_COMMANDS_PER_MESSAGE }, () => command({ id: newId() }));
    const { ids, spanIds } = encodeTraces(full);
    expect([ids?.length, spanIds]).toEqual([8_000, undefined]);
    expect(encodeTraces([...full.slice(1), command({ id: newId(), spanId: SPAN })]).spanIds).toHaveLength(4_000);
    expect(encodeTraces([command(), command()])).toEqual({});
  });

  it('stays with the right command where another is malformed, and with that one', () => {
    const [first, bad, last] = [command({ id: newId() }), { ...command({ id: newId() }), scoreIncrement: -1 }, command({ id: newId() })];
    const decoded = decodeMessage(encodeMessage([first, bad, last]), encodeTraces([first, bad, last]));
    expect(decoded.commands).toEqual([first, last]);
    expect(decoded.malformed).toEqual([expect.objectContaining({ trace: bad.trace })]);
  });

  it.each<[what: string, ids: unknown]>([
    ['missing', undefined],
    ['text', 'a'.repeat(32)],
    ['of another length', Buffer.alloc(31, 1)],
    ['zeros', Buffer.alloc(32)],
  ])('is unknown where it is %s', (_, ids) => {
    expect(readTraces({ ids }, 2)?.filter(Boolean) ?? []).toEqual([]);
  });

  it('has no steps where these are of another length', () => {
    expect(readTraces({ ids: Buffer.alloc(16, 1), spanIds: Buffer.alloc(7, 1) }, 1)).toEqual([{ id: '01'.repeat(16) }]);
  });
});
