import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program';

const UUID = '0190d5c6-7b1e-7c3a-9d1e-2f6a8b4c5d6e';
const COMMANDS = ['token', 'migrate', 'clients', 'dead-letters', 'consumers', 'webhooks', 'audit-log', 'forget', 'rotate-keys', 'rebuild-leaderboard', 'import'];
const LEAVES = ['token', 'migrate', 'clients add', 'clients list', 'clients revoke', 'dead-letters list', 'dead-letters replay', 'dead-letters drop', 'consumers list', 'consumers retry', 'consumers drop', 'webhooks list', 'webhooks replay', 'audit-log list', 'forget', 'rotate-keys', 'rebuild-leaderboard', 'boards list', 'boards fill', 'boards drop', 'import'];
/** With these settings, a command that does anything exits with 69 or 78. */
const AWAY = { DATABASE_URL: 'postgres://ann@127.0.0.1:1/x', REDIS_URL: 'redis://127.0.0.1:1', RABBITMQ_URL: 'amqp://127.0.0.1:1', JWT_SECRET: 'short' };

/** Runs the program in this process without a terminal, and captures its output. */
async function run(...words: string[]) {
  const { isTTY } = process.stdin;
  process.stdin.isTTY = false;
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) => jest.spyOn(process[name], 'write').mockImplementation((text) => ((said[name] += String(text)), true)));
  try {
    return { exitCode: await runProgram(words), ...said };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
    process.stdin.isTTY = isTTY;
  }
}

describe('The program scoreboard', () => {
  const before = { ...process.env };
  beforeAll(() => Object.assign(process.env, AWAY));
  afterAll(() => {
    for (const name of Object.keys(AWAY)) delete process.env[name];
    Object.assign(process.env, before);
  });

  it('lists every command and the exit codes in its help', async () => {
    const help = (await run('--help')).stdout;
    for (const name of COMMANDS) expect(help).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(help).toMatch(/0 done, 1 failed, 3 nothing found, 64 wrong usage, 69 a server is unavailable/);
  });

  it('has an npm script with the name of each command', () => {
    const { scripts, bin } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as { scripts: Record<string, string>; bin: Record<string, string> };
    for (const name of COMMANDS) expect(scripts[name]).toBe(`node scripts/tool.mjs scoreboard ${name}`);
    expect([scripts['scoreboard'], bin]).toEqual(['node scripts/tool.mjs scoreboard', { scoreboard: 'dist/apps/cli/main.js' }]);
  });

  it.each(LEAVES)('prints help with an example for %s, changes nothing, and needs no server', async (leaf) => {
    for (const words of [[...leaf.split(' '), '--help'], [...leaf.split(' '), 'ann', '-h']]) {
      const { exitCode, stdout, stderr } = await run(...words);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: scoreboard ${leaf}`);
      expect(stdout).toContain(`Examples:\n  scoreboard ${leaf.split(' ')[0]}`);
    }
    const [group] = leaf.split(' ') as [string];
    expect(await run('help', group)).toEqual(await run(group, '--help'));
  });

  it.each<[string, RegExp]>([
    ['', /^Name one of token, migrate, clients, dead-letters, .*\.$/],
    ['lst', /unknown command 'lst'/],
    ['migrat', /unknown command 'migrat' \(Did you mean migrate\?\)/],
    ['dead-letters', /^Name one of list, replay, drop\.$/],
    ['dead-letters lst', /\(Did you mean list\?\)/],
    ['dead-letters list all', /too many arguments/],
    ['dead-letters replay', /missing required argument 'commandId\|all'/],
    ['dead-letters replay alll', /^commandId: must be a command id \(a UUID\), or all$/],
    [`dead-letters replay ${UUID} ${UUID}`, /too many arguments/],
    ['dead-letters drop all', /repeat it with --yes/],
    ['consumers', /^Name one of list, retry, drop\.$/],
    ['consumers list My', /^consumer: must be 1 to 64 of a-z 0-9/],
    ['consumers retry mailer', /missing required argument 'event\|all'/],
    ['consumers retry mailer 7', /^event: must be the id of an event, such as 1890123456789012-0, or all$/],
    ['consumers drop mailer all', /repeat it with --yes/],
    ['webhooks', /^Name one of list, replay\.$/],
    ['webhooks replay shop', /required option '--after <event>'/],
    ['webhooks replay shop --after yesterday', /^--after: must be the id of an event, such as 1890123456789012-0, or beginning$/],
    ['clients add game', /required option '--scope <scopes>'/],
    ['clients add game --scope scores:wirte', /^--scope: scores:wirte is unknown; the scopes are scores:write, /],
    ['clients add game --scope=', /names no scope/],
    ['clients add gäme --scope scores:write', /^id: must be/],
    ['clients revoke', /missing required argument 'id'/],
    ['audit-log', /^Name one of list\.$/],
    ['audit-log list --limit 0', /^--limit: must be a whole number from 1/],
    ['audit-log list --limit 1e3', /^--limit: must be a whole number from 1/],
    ['audit-log list --since yesterday', /^--since: must be a time/],
    ['forget', /missing required argument 'userId'/],
    ['forget ann bob --yes', /too many arguments for 'forget'\. Expected 1 argument but got 2/],
    ['forget ann', /^This cannot be undone: repeat it with --yes/],
    ['forget --yse ann', /unknown option '--yse' \(Did you mean --yes\?\)/],
    ['forget .. --yes', /^userId: must be/],
    ['rotate-keys now', /too many arguments/],
    ['rebuild-leaderboard all', /too many arguments/],
    ['rebuild-leaderboard --dryrun', /unknown option '--dryrun' \(Did you mean --dry-run\?\)/],
    ['boards', /^Name one of list, fill, drop\.$/],
    ['boards list week', /too many arguments/],
    ['boards fill', /missing required argument 'board'/],
    ['boards fill My_Board', /^board: must be 1 to 32 of a-z 0-9 -$/],
    ['boards drop day --yes', /required option '--before <period>'/],
    ['boards drop day --before yesterday! --yes', /^--before: must be a period, such as 2026-01-01/],
    ['boards drop day --before 2026-01-01', /^This cannot be undone: repeat it with --yes/],
    ['import --source legacy', /missing required argument 'file'/],
    ['import scores.csv', /required option '--source <name>'/],
    ['import scores.csv --source=', /^--source: must be 1 to 64 characters/],
    ['import nothing.csv --source legacy', /^nothing\.csv: cannot be read: no such file$/],
    ['import . --source legacy', /^\.: cannot be read: it is a folder$/],
    ['migrate --as', /argument missing/],
    ['migrate --as \u009b2J', /^--as: must be a name/],
    ['token', /required option '--sub <subject>'/],
    ['token --sub <ann>', /^--sub: a player's id must be 1 to 255 visible ASCII characters without " \\ < > `, and not \. or \.\.$/],
    ['token --sub .. --action level-7 --max-increment 5', /^--sub: a player's id must be/],
    ['token --sub ann --scope root', /^--scope: root is unknown; the scopes are scores:write, scores:write:any, actions:issue, events:read, scores:admin, profiles:write:any$/],
    ['token --sub ann --expires-in 0', /^--expires-in: must be a whole number/],
    ['token --sub ann --expires-in 1.5', /^--expires-in: must be a whole number/],
    ['token --sub ann --action level-7', /^--action and --max-increment: each requires the other$/],
    ['token --sub ann --max-increment 5', /^--action and --max-increment: each requires the other$/],
    ['token --sub ann --scope scores:write --action a --max-increment 5', /^--scope: cannot be combined with --action$/],
  ])('refuses "%s" with one line and exit code 64, and does nothing', async (words, said) => {
    const { exitCode, stdout, stderr } = await run(...words.split(' ').filter(Boolean));
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr.split('\n')).toEqual([expect.stringMatching(said), '']);
  });
});
