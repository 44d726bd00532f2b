import {
  AddClient,
  ChangeDeadLetters,
  ChangeSetAside,
  CLIENT_ID,
  ClientSecrets,
  CONSUMER_NAME,
  ForgetUser,
  ImportScores,
  MigrateSchema,
  NoteToken,
  OrderRebuild,
  RebuildLeaderboard,
  ReplayEvents,
  RevokeClient,
  RotateKeys,
} from '@scoreboard/application';
import { ACTION_NAME, GLOBAL_PERIOD, eventId, isScope, isText, LAST_PLACE, MAX_TOTAL, Refusal } from '@scoreboard/domain';
import { z } from 'zod';
import { userIdSchema } from '../http/user-id';
import { commandIdSchema } from '../scores/history.request';
import { act, by, changed, type Tell } from './act';
import { BOARD_ACTS } from './board-acts';
import type { OperatorPorts } from './operator-ports';

const id = z.string().regex(CLIENT_ID);
const text = z.string().refine(isText);
/** User id and total; arrays are shorter than objects. */
const total = z.tuple([userIdSchema, z.int().min(1).max(MAX_TOTAL)]);
const consumer = z.string().regex(CONSUMER_NAME);
const position = z.strictObject({ sequence: z.int().min(0), place: z.int().min(0).max(LAST_PLACE) });
const grant = z.union([z.array(text), z.strictObject({ action: text, maxIncrement: z.int().min(1), tokenId: text })]);

/** Every command of the operator, the same on the console and through the control channel of a running standalone. */
export const ACTS = {
  'audit-log.list': act(['database'], { limit: z.int().min(1), since: z.iso.datetime({ offset: true }).optional() }, async ({ audit }, { limit, since }, tell) => {
    for (const entry of await audit!.newest(limit, since === undefined ? undefined : new Date(since))) await tell.item(entry);
  }),

  ...BOARD_ACTS,

  'clients.list': act(['database'], {}, async ({ clients }, _, tell) => {
    for (const client of await clients.list()) await tell.item(client);
  }),

  'clients.add': act(['database'], { ...changed, id, scopes: z.array(z.string().refine(isScope)).min(1) }, async ({ clients, audit }, asked) => {
    const add = new AddClient(clients, new ClientSecrets(), audit!);
    if (asked.dryRun) return { isNew: await add.isFree(asked.id) };
    const secret = await add.execute(asked.by, asked.id, asked.scopes);
    return { isNew: secret !== undefined, secret };
  }),

  'clients.revoke': act(['database'], { ...changed, id }, async ({ clients, audit }, asked) => {
    const revoke = new RevokeClient(clients, audit!);
    return { found: await (asked.dryRun ? revoke.isActive(asked.id) : revoke.execute(asked.by, asked.id)) };
  }),

  'consumers.list': act(['database'], {}, async ({ consumers }, _, tell) => {
    for (const { position: after, ...record } of await consumers.list()) await tell.item({ ...record, position: eventId(after) });
  }),

  'consumers.set-aside': act(['database'], { consumer: consumer.optional() }, async ({ consumers }, asked, tell) => {
    for (const { sequence, place, ...record } of await consumers.listSetAside(asked.consumer)) await tell.item({ event: eventId({ sequence, place }), ...record });
  }),

  'consumers.change': act(
    ['database'],
    { ...changed, what: z.enum(['retry', 'drop']), consumer, event: position.optional() },
    async ({ consumers, audit }, { by: operator, ...order }) => ({ events: await new ChangeSetAside(consumers, audit!).execute(operator, order) }),
  ),

  'consumers.replay': act(['database'], { ...changed, consumer, after: position }, async ({ consumers, audit }, asked) => {
    const replay = new ReplayEvents(consumers, audit!);
    return { found: await (asked.dryRun ? replay.isKnown(asked.consumer) : replay.execute(asked.by, asked.consumer, asked.after)) };
  }),

  'dead-letters.list': act(['dead letters'], {}, async ({ letters }, _, tell) => {
    for await (const letter of letters.list()) await tell.item(letter);
  }),

  'dead-letters.change': act(
    ['dead letters', 'trail'],
    { ...changed, what: z.enum(['replay', 'drop']), commandId: commandIdSchema.optional() },
    async ({ letters, audit }, { by: operator, ...order }) => ({
      letters: await new ChangeDeadLetters(letters, audit).execute(operator, order),
      noted: audit !== undefined,
    }),
  ),

  'forget': act(['database', 'users'], { ...changed, userId: userIdSchema }, async ({ audit, records }, asked, tell) => {
    const forget = new ForgetUser(audit!, records);
    if (asked.dryRun) return { records: await forget.count(asked.userId) };
    return (await forget.execute(asked.by, asked.userId, (done, unit) => tell.progress(done, unit))) ?? { records: {} };
  }),

  'keys.rotate': act(['database', 'keys'], changed, async ({ sealed, audit }, asked, tell) => {
    const { reencrypted, broken } = asked.dryRun
      ? { reencrypted: 0, broken: [] }
      : await new RotateKeys(sealed, audit!).execute(asked.by, (done, unit) => tell.progress(done, unit));
    return { currentKey: sealed.currentKey, byKey: await sealed.countByKey(), reencrypted, broken };
  }),

  'leaderboard.rebuild': act(['database', 'leaderboard'], changed, async ({ ledger, leaderboards, boards, audit }, asked, tell) => {
    const [leaderboard, feed] = [leaderboards.of(GLOBAL_PERIOD), leaderboards.feedOf(GLOBAL_PERIOD)];
    const order = new OrderRebuild(new RebuildLeaderboard(ledger, leaderboard, feed), ledger, leaderboard, audit!);
    if (asked.dryRun) return order.preview();
    const board = await order.execute(asked.by, (done, unit, total) => tell.progress(done, unit, total));
    for (const key of board ? await periodKeys(boards) : []) await new RebuildLeaderboard(ledger.ofPeriod(key), leaderboards.of(key), leaderboards.feedOf(key)).execute();
    return { revision: board?.revision };
  }),

  // A long import is several calls; the first one begins it.
  'scores.import': act(
    ['database'],
    { ...changed, source: z.string().regex(ACTION_NAME), begins: z.strictObject({ users: z.int().min(1) }).optional(), totals: z.array(total).min(1).max(1_000) },
    async ({ ledger, audit }, { by: operator, dryRun: isPreview, source, begins, ...asked }) => {
      const scores = new ImportScores(ledger, audit!);
      const totals = asked.totals.map(([userId, score]) => ({ userId, score }));
      if (isPreview) return scores.preview(source, totals);
      if (begins) await scores.begin(operator, source, begins.users);
      return scores.execute(source, totals);
    },
  ),

  'schema.migrate': act(['database'], changed, async ({ schema, audit }, asked) =>
    asked.dryRun ? { pending: await schema.pending() } : { migrated: await new MigrateSchema(schema, audit!).execute(asked.by) },
  ),

  'token.note': act(
    ['trail'],
    { by, token: z.string().max(16_384), subject: text, grant, expiresIn: z.int().min(1) },
    async ({ audit, verifier }, { by: operator, token, ...signed }) => {
      const isOurs = audit && (!verifier || (await isGood(verifier, token)));
      if (isOurs) await new NoteToken(audit).execute(operator, signed);
      return { noted: Boolean(isOurs) };
    },
  ),
} as const;

export type ActName = keyof typeof ACTS;
export type ActInput<Name extends ActName> = z.input<(typeof ACTS)[Name]['input']>;
export type ActResult<Name extends ActName> = Awaited<ReturnType<(typeof ACTS)[Name]['run']>>;

/** Runs acts, in this process or in a running standalone. Throws `CommandFailed` for errors that the operator can fix. */
export interface ActRunner {
  run<Name extends ActName>(name: Name, input: ActInput<Name>, tell: Tell): Promise<ActResult<Name>>;
}

async function periodKeys(boards: OperatorPorts['boards']): Promise<readonly number[]> {
  const catalog = await boards.read(Date.now());
  return catalog.boards.flatMap(({ periods }) => periods.map(({ key }) => key));
}

/** Tokens signed with another system's key are not audited here. */
async function isGood(verifier: NonNullable<OperatorPorts['verifier']>, token: string): Promise<boolean> {
  try {
    await verifier.verify(token);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
