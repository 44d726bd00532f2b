import { spawnSync } from 'node:child_process';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { LeaderboardRecords, newCommandId } from '@scoreboard/application';
import { DeadLetterFile, EmbeddedBoardFeed, FileDeadLetters, MemoryIdempotencyStore, MemoryLeaderboard, MemoryLeaderboards, MemoryPersonalData, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { type Database, PostgresAuditLog, PostgresBoards, PostgresClients, PostgresConsumerRecords, PostgresLedger, PostgresSchema, PostgresPersonalData, SealedColumns } from '@scoreboard/infrastructure/postgres';
import { KeyRingCipher } from '@scoreboard/infrastructure/encryption';
import { ControlClient, serversDigest } from './control-client';
import { ControlServer } from './control-server';
import type { OperatorPorts } from './operator-ports';
import { eventually, useDatabase } from '../../../../test/support';

const by = { name: 'ann', console: 'root@test' };
const servers = serversDigest([undefined, undefined, undefined]);

function portsOn(database: Database, folder: string): OperatorPorts {
  const [ledger, boards] = [new PostgresLedger(database), new PostgresBoards(database)];
  const leaderboards = new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed());
  const ring = new KeyRingCipher([{ id: 'k1', key: createSecretKey(randomBytes(32)) }]);
  const file = new DeadLetterFile(join(folder, 'dead-letters.jsonl'));
  return {
    audit: new PostgresAuditLog(database, ring),
    schema: new PostgresSchema(database),
    clients: new PostgresClients(database),
    consumers: new PostgresConsumerRecords(database),
    ledger,
    leaderboards,
    boards,
    letters: new FileDeadLetters(file),
    sealed: new SealedColumns(database, ring),
    verifier: undefined,
    records: {
      'dead letters': file,
      'command keys': new MemoryPersonalData(new MemoryIdempotencyStore()),
      'database': new PostgresPersonalData(database),
      'leaderboard': new LeaderboardRecords(ledger, leaderboards, boards, new MemoryShownProfiles()),
    },
  };
}

describe('The control channel', () => {
  const { database } = useDatabase();
  let folder: string;
  let opened: ControlServer[];
  beforeEach(async () => {
    Logger.overrideLogger(false);
    folder = mkdtempSync(join(tmpdir(), 'control-'));
    opened = [];
    await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, audit_log, client, board, board_period, board_closing');
  });
  afterEach(() => {
    opened.forEach((server) => server.onApplicationShutdown());
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(at = folder): Promise<ControlServer> {
    const server = new ControlServer({ folder: at, ports: portsOn(database, at), servers });
    opened.push(server);
    await server.onApplicationBootstrap();
    return server;
  }
  /** Collects what an act reports while it runs. */
  function ear() {
    const items: unknown[] = [];
    const progress: string[] = [];
    return { items, progress, tell: { item: (item: unknown) => void items.push(item), progress: (done: number, unit: string) => void progress.push(`${done} ${unit}`) } };
  }

  it('runs an act in the running process, and returns its result, items and progress', async () => {
    await open();
    const control = (await ControlClient.find(folder))!;
    expect(control.servers).toBe(servers);
    const { tell, items, progress } = ear();
    const { secret } = await control.run('clients.add', { by, dryRun: false, id: 'game', scopes: ['scores:write:any'] }, tell);
    expect(secret).toMatch(/^[\w-]{43}$/);
    await control.run('clients.list', {}, tell);
    expect(items).toEqual([{ id: 'game', scopes: ['scores:write:any'], createdAt: expect.stringMatching(/Z$/) }]);
    await new PostgresLedger(database).apply([{ commandId: randomUUID(), userId: 'bob', scoreIncrement: 5 }]);
    expect(await control.run('leaderboard.rebuild', { by, dryRun: false }, tell)).toEqual({ revision: expect.any(Number) });
    expect(progress).toEqual(['1 standings']);
    expect(await control.run('forget', { by, dryRun: false, userId: 'bob' }, tell)).toMatchObject({ records: { database: 2, leaderboard: 1 } });
  });

  it('fills a board, and knows which boards there are', async () => {
    const boards = new PostgresBoards(database);
    await boards.define([{ id: 'forever', timezone: 'UTC', keep: 12 }]);
    await new PostgresLedger(database).apply([{ commandId: randomUUID(), userId: 'bob', scoreIncrement: 5 }]);
    await boards.open({ id: 'forever', timezone: 'UTC', keep: 12 }, { id: 'all', start: 0 });
    await open();
    const control = (await ControlClient.find(folder))!;
    const order = { by, dryRun: true, board: 'forever' };
    expect(await control.run('boards.fill', order, ear().tell)).toEqual({ unfilled: [{ period: 'all', countsFrom: expect.any(Number), events: 1 }] });
    expect(await control.run('boards.fill', { ...order, dryRun: false }, ear().tell)).toEqual({ filled: [{ period: 'all', looked: 1, counted: 1, isWhole: true }] });
    expect(await control.run('boards.fill', { ...order, board: 'nope' }, ear().tell)).toEqual({});
    const problem = 'forever: has one period only, and nothing before it';
    for (const isPreview of [true, false]) expect(await control.run('boards.drop', { ...order, dryRun: isPreview, before: '2026-01-01' }, ear().tell)).toEqual({ problem: 'period', message: problem });
    const { tell, items } = ear();
    await control.run('boards.list', {}, tell);
    expect(items).toEqual([{ id: 'forever', timezone: 'UTC', keep: 12, periods: [{ board: 'forever', key: expect.any(Number), id: 'all', start: 0 }] }]);
  });

  it.each(['\ud800', 'a\0b'])('refuses %j in every text that is stored', async (bad) => {
    await open();
    const control = (await ControlClient.find(folder))!;
    const note = { by, token: 'x', subject: 'ann', grant: ['scores:write'], expiresIn: 60 };
    for (const input of [{ ...note, subject: bad }, { ...note, grant: [bad] }, { ...note, grant: { action: bad, maxIncrement: 1, tokenId: 't' } }, { ...note, by: { ...by, name: bad } }]) {
      await expect(control.run('token.note', input, ear().tell)).rejects.toMatchObject({ exitCode: 1 });
    }
  });

  it('passes texts that contain Unicode line separators unchanged', async () => {
    await open();
    writeFileSync(join(folder, 'dead-letters.jsonl'), 'a\u2028b\u0085c\r"\u{1f600}\n');
    const { tell, items } = ear();
    await (await ControlClient.find(folder))!.run('dead-letters.list', {}, tell);
    expect(items).toEqual([{ reason: 'malformed', problem: 'not a valid line of the dead-letter file', content: 'a\u2028b\u0085c\r"\u{1f600}' }]);
  });

  it('streams a list of 100,000 entries one by one', async () => {
    await open();
    const line = `${JSON.stringify({ at: '2026-11-24T00:00:00Z', reason: 'total-limit', command: { commandId: newCommandId(), userId: 'ann', scoreIncrement: 1 } })}\n`;
    writeFileSync(join(folder, 'dead-letters.jsonl'), line.repeat(100_000));
    let seen = 0;
    await (await ControlClient.find(folder))!.run('dead-letters.list', {}, { item: () => void seen++, progress: () => undefined });
    expect(seen).toBe(100_000);
  });

  it('creates a socket that only its owner can open', async () => {
    chmodSync(folder, 0o755);
    await open();
    expect(statSync(join(folder, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  it('uses a private temporary folder if the path of the data folder is too long for a socket, and removes it at shutdown', async () => {
    const long = join(folder, 'd'.repeat(120));
    mkdirSync(long);
    const server = await open(long);
    expect(lstatSync(join(long, 'control.sock')).isSymbolicLink()).toBe(true);
    const control = (await ControlClient.find(long))!;
    await control.run('clients.list', {}, ear().tell);
    const others = () => readdirSync(tmpdir()).filter((name) => name.startsWith('scoreboard-control-')).length;
    const before = others();
    server.onApplicationShutdown();
    expect(others()).toBe(before - 1);
    expect(existsSync(join(long, 'control.sock'))).toBe(false);
    expect(await ControlClient.find(long)).toBeUndefined();
  });

  it('is not found while no process runs, even if a killed process left its socket', async () => {
    expect(await ControlClient.find(join(folder, 'nothing'))).toBeUndefined();
    expect(await ControlClient.find(folder)).toBeUndefined();
    const listenAndDie = `require('node:net').createServer().listen(${JSON.stringify(join(folder, 'control.sock'))}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', listenAndDie]);
    expect(existsSync(join(folder, 'control.sock'))).toBe(true);
    expect(await ControlClient.find(folder)).toBeUndefined();
    await open();
    expect((await ControlClient.find(folder))?.servers).toBe(servers);
  });

  it('stays with the first process; a second one logs a warning and continues', async () => {
    const warn = jest.fn();
    Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn });
    await open();
    const second = new ControlServer({ folder, ports: portsOn(database, folder), servers: 'other' });
    await second.onApplicationBootstrap();
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^no control channel in .*: another process uses it$/), 'ControlServer');
    second.onApplicationShutdown();
    expect((await ControlClient.find(folder))?.servers).toBe(servers);
  });

  it('reports an error with its message and exit code', async () => {
    await open();
    const control = (await ControlClient.find(folder))!;
    const { tell } = ear();
    await expect(control.run('dead-letters.change', { by, dryRun: false, what: 'burn' as 'drop' }, tell)).rejects.toMatchObject({ exitCode: 1 });
    await expect(control.run('clients.burn' as 'clients.list', {}, tell)).rejects.toThrow('the running standalone does not support clients.burn. Restart it with this build.');
    await expect(control.run('__proto__' as 'clients.list', {}, tell)).rejects.toThrow(/does not support/);
    await expect(control.run('token.note', { by, token: 'x'.repeat(100_000), subject: 'ann', grant: [], expiresIn: 1 }, tell)).rejects.toThrow();
  });

  it('reports a process that ends before it answers', async () => {
    const path = join(folder, 'control.sock');
    const cut = createServer((socket) => socket.once('data', (chunk) => {
      const isFind = chunk.toString().startsWith('GET');
      if (isFind) socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"result":{"servers":"${servers}"}}\n`);
      else socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    }));
    cut.listen(path);
    await once(cut, 'listening');
    const control = (await ControlClient.find(folder))!;
    await expect(control.run('clients.list', {}, ear().tell)).rejects.toMatchObject({ exitCode: 75, message: expect.stringMatching(/^the standalone ended before it answered/) });
    cut.close();
  });

  it('stops reading a line that is too long', async () => {
    const stranger = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(2_000_000)}`));
    });
    stranger.listen(join(folder, 'control.sock'));
    await once(stranger, 'listening');
    await expect(ControlClient.find(folder)).rejects.toThrow('unexpected answer on the control channel: a line longer than 1048576 characters');
    stranger.close();
  });

  it('finishes an act whose caller disconnects', async () => {
    await open();
    const asked = request({ socketPath: join(folder, 'control.sock'), path: '/clients.add', method: 'POST' });
    asked.on('error', () => undefined);
    asked.end(JSON.stringify({ by, dryRun: false, id: 'game', scopes: ['scores:write'] }));
    await eventually(async () => expect(await new PostgresAuditLog(database).newest(1)).toMatchObject([{ act: 'client.add' }]));
    asked.destroy();
    await eventually(async () => expect(await new PostgresClients(database).find('game')).toBeDefined());
  });
});
