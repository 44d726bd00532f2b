import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { startStandalone } from '../support';

const run = promisify(execFile);
const GENERATOR = 'swagger-typescript-api@13.13.0';
const JWT_SECRET = 'a secret for the generated client, long enough';

/** A program around the generated client. Its comments are checked by the compiler too. */
const PROGRAM = `
import { Api, type Problem, type Receipt } from './api';

const [url, token] = process.argv.slice(2) as [string, string];
const client = new Api<string>({ baseUrl: url, securityWorker: (bearer) => ({ headers: { authorization: \`Bearer \${bearer}\` } }) });
client.setSecurityData(token);
const { api } = client;

async function main() {
  const { data: receipt }: { data: Receipt } = await api.updateScore({ userId: 'alice', scoreIncrement: 25 }, { headers: { prefer: 'wait=10' } });
  const { data: top } = await api.getTop({ limit: 3 });
  const { data: history } = await api.getHistory({ userId: 'alice' });
  const problem: Problem = await api.updateScore({ userId: 'alice', scoreIncrement: 0 }).catch(({ error }) => error);
  console.log(JSON.stringify({ status: receipt.status, score: receipt.score, top, totals: history.items.map((item) => item.scoreAfter), refused: problem.errors }));
}
// @ts-expect-error the increment is a number
export const wrong = () => api.updateScore({ userId: 'alice', scoreIncrement: '25' });
main().catch(({ status, error }) => {
  throw new Error(\`\${status} \${JSON.stringify(error)}\`);
});
`;

describe('a client that a generator makes of the OpenAPI document', () => {
  let role: RoleProcess;
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder('generated-client');
    role = await startStandalone({ JWT_SECRET, LOG_LEVEL: 'warn' });
  });
  afterAll(() => role?.kill());

  it('compiles under strict rules, and raises and reads scores', async () => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    writeFileSync(join(folder, 'openapi.json'), await (await fetch(`${role.url}/docs/openapi.json`)).text());
    await run('npm', ['install', '--no-audit', '--no-fund', GENERATOR], { cwd: folder });
    await run(join(folder, 'node_modules/.bin/swagger-typescript-api'), ['generate', '--path', 'openapi.json', '--output', '.', '--name', 'api.ts', '--extract-request-params'], { cwd: folder });
    writeFileSync(join(folder, 'main.ts'), PROGRAM);
    const options = ['--strict', '--target', 'es2022', '--module', 'commonjs', '--ignoreDeprecations', '6.0', '--skipLibCheck', '--types', 'node', '--typeRoots', join(projectRoot(), 'node_modules/@types'), '--outDir', 'built'];
    await run(process.execPath, [join(projectRoot(), 'node_modules/typescript/bin/tsc'), ...options, 'main.ts'], { cwd: folder });

    const token = sign({ sub: 'alice', scope: 'scores:write' }, JWT_SECRET, { expiresIn: 600 });
    const { stdout } = await run(process.execPath, [join(folder, 'built/main.js'), role.url, token]);
    expect(JSON.parse(stdout)).toEqual({
      status: 'applied',
      score: 25,
      top: [{ userId: 'alice', score: 25 }],
      totals: [25],
      refused: [{ path: 'scoreIncrement', message: 'must be at least 1' }],
    });
  }, 400_000);
});
