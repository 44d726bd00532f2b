import { randomUUID } from 'node:crypto';
import type { ScoreCommand, Trace } from '@scoreboard/domain';
import { issuerDigest, newCommandId } from './command-id';
import { encodeOrigins, readOrigins } from './message-origins';
import { decodeMessage, encodeMessage, MAX_COMMANDS_PER_MESSAGE } from './messages';

const command = (trace?: Trace): ScoreCommand => ({ commandId: newCommandId(), userId: 'ann', scoreIncrement: 5, ...(trace && { trace }) });
const newId = () => randomUUID().replaceAll('-', '');
const SPAN = '00f067aa0ba902b7';

describe('where the commands of a message come from', () => {
  it('travels beside it, in the order of the commands', () => {
    const commands = [command({ id: newId() }), command(), command({ id: newId(), spanId: SPAN })];
    expect(decodeMessage(encodeMessage(commands), encodeOrigins(commands))).toEqual({ commands, malformed: [] });
  });

  it('is no part of the message, which a build reads that knows nothing of it', () => {
    const commands = [command({ id: newId(), spanId: SPAN })];
    const message = encodeMessage(commands);
    expect(message).toEqual(encodeMessage(commands.map(({ trace: _, ...bare }) => bare)));
    expect(decodeMessage(message).commands).toEqual([{ ...commands[0], trace: undefined }]);
  });

  it('is 16 bytes a command, 8 more where one is recorded, 16 more where a service asked for one, and nothing where nothing is known', () => {
    const full = Array.from({ length: MAX_COMMANDS_PER_MESSAGE }, () => command({ id: newId() }));
    const { ids, spanIds } = encodeOrigins(full);
    expect([ids?.length, spanIds]).toEqual([8_000, undefined]);
    expect(encodeOrigins([...full.slice(1), command({ id: newId(), spanId: SPAN })]).spanIds).toHaveLength(4_000);
    expect(encodeOrigins([command(), command()])).toEqual({});
    expect(encodeOrigins([...full.slice(1), { ...command(), issuedBy: 'game', issuerDigest: issuerDigest('x'.repeat(5_000)) }]).issuers).toHaveLength(8_000);
  });

  it('stays with the right command where another is malformed, and with that one', () => {
    const [first, bad, last] = [command({ id: newId() }), { ...command({ id: newId() }), scoreIncrement: -1 }, command({ id: newId() })];
    const decoded = decodeMessage(encodeMessage([first, bad, last]), encodeOrigins([first, bad, last]));
    expect(decoded.commands).toEqual([first, last]);
    expect(decoded.malformed).toEqual([expect.objectContaining({ trace: bad.trace })]);
  });

  it('tells the issuer of the service that asked, whatever its length', () => {
    const commands = [command(), { ...command(), issuedBy: 'game', issuerDigest: issuerDigest('https://idp.example') }, { ...command({ id: newId() }), issuedBy: 'game', issuerDigest: issuerDigest('') }];
    expect(decodeMessage(encodeMessage(commands), encodeOrigins(commands))).toEqual({ commands, malformed: [] });
  });

  it('leaves out a trace or a step that is none, and keeps the others', () => {
    const [good, other] = [{ id: newId(), spanId: SPAN }, { id: newId() }];
    const commands = ['req-1', '', 'z'.repeat(32), '0'.repeat(32), newId().slice(1)].map((id) => command({ id }));
    const odd = command({ ...other, spanId: 'span' });
    const all = [command(good), ...commands, odd];
    expect(decodeMessage(encodeMessage(all), encodeOrigins(all)).commands.map(({ trace }) => trace)).toEqual([good, ...commands.map(() => undefined), other]);
  });

  it.each<[what: string, ids: unknown]>([
    ['missing', undefined],
    ['text', 'a'.repeat(32)],
    ['of another length', Buffer.alloc(31, 1)],
    ['zeros', Buffer.alloc(32)],
  ])('is unknown where it is %s', (_, ids) => {
    expect(readOrigins({ ids, issuers: ids }, 2)).toEqual([{}, {}]);
  });

  it('has no steps where these are of another length', () => {
    expect(readOrigins({ ids: Buffer.alloc(16, 1), spanIds: Buffer.alloc(7, 1) }, 1)).toEqual([{ trace: { id: '01'.repeat(16) } }]);
  });
});
