import { randomUUID } from 'node:crypto';
import type { ScoreCommand, Trace } from '@scoreboard/domain';
import { issuerDigest, newCommandId } from './command-id';
import { encodeOrigins, readOrigins } from './message-origins';
import { decodeMessage, encodeMessage, MAX_COMMANDS_PER_MESSAGE } from './messages';

const command = (trace?: Trace): ScoreCommand => ({ commandId: newCommandId(), userId: 'ann', scoreIncrement: 5, ...(trace && { trace }) });
const newId = () => randomUUID().replaceAll('-', '');
const SPAN = '00f067aa0ba902b7';

describe('origins of the commands in a message', () => {
  it('are encoded separately, in the order of the commands', () => {
    const commands = [command({ id: newId() }), command(), command({ id: newId(), spanId: SPAN })];
    expect(decodeMessage(encodeMessage(commands), encodeOrigins(commands))).toEqual({ commands, malformed: [] });
  });

  it('are not part of the message, so older builds can read it', () => {
    const commands = [command({ id: newId(), spanId: SPAN })];
    const message = encodeMessage(commands);
    expect(message).toEqual(encodeMessage(commands.map(({ trace: _, ...bare }) => bare)));
    expect(decodeMessage(message).commands).toEqual([{ ...commands[0], trace: undefined }]);
  });

  it('take 16 bytes per trace id, 8 per span id, 16 per issuer, and nothing if unknown', () => {
    const full = Array.from({ length: MAX_COMMANDS_PER_MESSAGE }, () => command({ id: newId() }));
    const { ids, spanIds } = encodeOrigins(full);
    expect([ids?.length, spanIds]).toEqual([8_000, undefined]);
    expect(encodeOrigins([...full.slice(1), command({ id: newId(), spanId: SPAN })]).spanIds).toHaveLength(4_000);
    expect(encodeOrigins([command(), command()])).toEqual({});
    expect(encodeOrigins([...full.slice(1), { ...command(), issuedBy: 'game', issuerDigest: issuerDigest('x'.repeat(5_000)) }]).issuers).toHaveLength(8_000);
  });

  it('stay with the right command if another one is malformed', () => {
    const [first, bad, last] = [command({ id: newId() }), { ...command({ id: newId() }), scoreIncrement: -1 }, command({ id: newId() })];
    const decoded = decodeMessage(encodeMessage([first, bad, last]), encodeOrigins([first, bad, last]));
    expect(decoded.commands).toEqual([first, last]);
    expect(decoded.malformed).toEqual([expect.objectContaining({ trace: bad.trace })]);
  });

  it('include the issuer of the service, whatever its length', () => {
    const commands = [command(), { ...command(), issuedBy: 'game', issuerDigest: issuerDigest('https://idp.example') }, { ...command({ id: newId() }), issuedBy: 'game', issuerDigest: issuerDigest('') }];
    expect(decodeMessage(encodeMessage(commands), encodeOrigins(commands))).toEqual({ commands, malformed: [] });
  });

  it('leave out invalid trace ids and span ids, and keep the others', () => {
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
  ])('are unknown if the trace ids are %s', (_, ids) => {
    expect(readOrigins({ ids, issuers: ids }, 2)).toEqual([{}, {}]);
  });

  it('have no span ids if the length does not match', () => {
    expect(readOrigins({ ids: Buffer.alloc(16, 1), spanIds: Buffer.alloc(7, 1) }, 1)).toEqual([{ trace: { id: '01'.repeat(16) } }]);
  });
});
