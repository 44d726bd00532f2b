import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Identity, MAX_TOTAL, type ScoreCommand } from '@scoreboard/domain';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { ReadCommand } from './read-command';
import { issuerDigest } from './command-id';
import { ReadHistory } from './read-history';
import { useDatabase } from '../../../../test/support';

const reader = (userId: string, ...scopes: string[]): Identity => ({
  issuer: '',
  subject: userId,
  userId,
  scopes: new Set(scopes),
  expiresAt: 0,
});
const command = (userId: string, scoreIncrement: number, issuedBy?: string): ScoreCommand => ({
  commandId: randomUUID(),
  userId,
  scoreIncrement,
  issuedBy,
});

describe('ReadHistory and ReadCommand', () => {
  beforeAll(() => Logger.overrideLogger(false));
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const reported: string[] = [];
  const errors = { report: (what: string) => void reported.push(what) };
  const history = new ReadHistory(ledger, errors);
  const outcome = new ReadCommand(ledger, errors);

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    reported.length = 0;
  });

  it('pages through a growing history without gaps or duplicates', async () => {
    await ledger.apply(Array.from({ length: 7 }, (_, i) => command('ann', i + 1)));
    const first = await history.execute(reader('ann'), 'ann', 3);
    await ledger.apply([command('ann', 100)]);
    const second = await history.execute(reader('ann'), 'ann', 3, first.next);
    const third = await history.execute(reader('ann'), 'ann', 3, second.next);
    expect([first, second, third].map(({ items }) => items.map((item) => item.scoreIncrement))).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect(third.next).toBeUndefined();
  });

  it('has no next page after an exactly full last page, or without events', async () => {
    await ledger.apply([command('ann', 1), command('ann', 2)]);
    expect((await history.execute(reader('ann'), 'ann', 2)).next).toBeUndefined();
    expect(await history.execute(reader('bob'), 'bob', 2)).toEqual({ items: [] });
  });

  it('shows nothing to an action token, whatever its user and scopes', async () => {
    const mine = command('ann', 1, 'ann');
    await ledger.apply([mine]);
    const bearer = { ...reader('ann', 'scores:admin'), actionGrant: { action: 'kill', maxIncrement: 1, tokenId: 't' } };
    await expect(history.execute(bearer, 'ann', 5)).rejects.toMatchObject({ code: 'insufficient-scope' });
    await expect(outcome.execute(bearer, mine.commandId)).rejects.toMatchObject({ code: 'insufficient-scope' });
  });

  it("shows a history only to its user and scores:admin", async () => {
    await expect(history.execute(reader('bob', 'scores:write', 'scores:write:any'), 'ann', 5)).rejects.toMatchObject({ code: 'foreign-user' });
    await expect(history.execute(reader('root', 'scores:admin'), 'ann', 5)).resolves.toEqual({ items: [] });
  });

  it('shows the outcome of a command only to its user, the service that sent it, and scores:admin', async () => {
    const asked = command('ann', 5, 'game');
    await ledger.apply([asked]);
    for (const who of [reader('ann'), reader('game'), reader('root', 'scores:admin')]) {
      expect(await outcome.execute(who, asked.commandId)).toMatchObject({ status: 'applied', scoreAfter: 5 });
    }
    await expect(outcome.execute(reader('bob', 'scores:write:any'), asked.commandId)).rejects.toMatchObject({ code: 'foreign-user' });
  });

  it('refuses a service with the same subject but another issuer, unless an older build stored no issuer', async () => {
    const [asked, rejected, older] = [command('ann', 5, 'game'), command('ann', 5, 'game'), command('ann', 5, 'game')];
    const of = (issuer: string) => ({ issuedBy: 'game', issuerDigest: issuerDigest(issuer) });
    await ledger.apply([{ ...asked, ...of('https://one.example') }, older]);
    await ledger.reject([{ command: { ...rejected, ...of('https://one.example') }, reason: 'total-limit' }]);
    const [one, other, none] = ['https://one.example', 'scoreboard', ''].map((issuer) => ({ ...reader('game'), issuer }));
    for (const { commandId } of [asked, rejected]) {
      expect(await outcome.execute(one!, commandId)).toMatchObject({ commandId });
      for (const stranger of [other!, none!]) await expect(outcome.execute(stranger, commandId)).rejects.toMatchObject({ code: 'foreign-user' });
    }
    expect(await outcome.execute(other!, older.commandId)).toMatchObject({ status: 'applied' });
  });

  it('checks only scope and service if the token names no user', async () => {
    const asked = command('game', 5, 'game');
    await ledger.apply([asked]);
    const service = (...scopes: string[]): Identity => ({ issuer: '', subject: 'game', missingUserClaim: 'email', scopes: new Set(scopes), expiresAt: 0 });
    await expect(history.execute(service(), 'game', 5)).rejects.toMatchObject({ code: 'no-user', message: expect.stringContaining('claim email') });
    await expect(history.execute(service('scores:admin'), 'game', 5)).resolves.toMatchObject({ items: [{ scoreIncrement: 5 }] });
    expect(await outcome.execute(service(), asked.commandId)).toMatchObject({ status: 'applied' });
    await expect(outcome.execute({ ...service(), subject: 'other' }, asked.commandId)).rejects.toMatchObject({ code: 'no-user' });
  });

  it('shows why a command was rejected, and refuses an unknown command', async () => {
    const bad = command('ann', MAX_TOTAL);
    await ledger.reject([{ command: bad, reason: 'total-limit' }]);
    expect(await outcome.execute(reader('ann'), bad.commandId)).toMatchObject({ status: 'rejected', reason: 'total-limit' });
    await expect(outcome.execute(reader('ann'), randomUUID())).rejects.toMatchObject({ code: 'unknown-command' });
    expect(reported).toEqual([]);
  });

  it('refuses and reports the error while the ledger is unavailable', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const blind = new PostgresLedger(away);
    await expect(new ReadHistory(blind, errors).execute(reader('ann'), 'ann', 5)).rejects.toMatchObject({ code: 'ledger-unavailable' });
    await expect(new ReadCommand(blind, errors).execute(reader('ann'), randomUUID())).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect(reported).toEqual(['the ledger cannot be read', 'the ledger cannot be read']);
    await away.onApplicationShutdown();
  });
});
