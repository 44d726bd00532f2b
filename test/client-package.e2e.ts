import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';

const run = promisify(execFile);
const ROOT = projectRoot();
const npm = (...args: string[]): [string, string[]] => (process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath, ...args]] : ['npm', args]);

const USE = `
const board = new Scoreboard('http://127.0.0.1:9', { token: ({ purpose }) => ({ userId: 'ann', token: purpose }) });
const off = board.on('top', ({ entries }) => entries.map(({ rank, userId, score }) => [rank, userId, score]));
`;
const PRINT = `off(); console.log(board.state, SubmitError.name); board.close();\n`;
const TYPED = `const receipt: Promise<{ readonly commandId: string }> = board.submit(1, { waitSeconds: 2 });\nboard.on('top:20', (board) => board.revision.toFixed());
// @ts-expect-error there is no such event
board.on('bottom', () => undefined);\nexport { off, receipt, SubmitError };\n`;

describe('the package of the client library', () => {
  let folder: string;
  let tarball: string;
  const build = async () => (await run(process.execPath, [join(ROOT, 'scripts/build-client.mjs'), folder], { cwd: folder })).stdout.trim();
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

  // Outside this project. socket.io-client, which npm would download, is linked from here.
  beforeAll(async () => {
    folder = temporaryFolder('package');
    tarball = await build();
    write('package.json', '{ "private": true }');
    const [install, options] = npm('install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', `./${tarball}`);
    await run(install, options, { cwd: folder });
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/socket.io-client'), join(folder, 'node_modules/socket.io-client'));
  });

  it('is a tarball named after the library and its version', () => {
    expect(tarball).toMatch(/^scoreboard-client-\d+\.\d+\.\d+\.tgz$/);
  });

  it('is copied on install, and installs again after the next build', async () => {
    const installed = join(folder, 'node_modules/@scoreboard/client');
    expect(lstatSync(installed).isSymbolicLink()).toBe(false);
    rmSync(join(folder, tarball));
    await build();
    rmSync(installed, { recursive: true });
    // npm ci checks the lock file's checksum: the same sources must make the same tarball.
    const [ci, options] = npm('ci', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps');
    await run(ci, options, { cwd: folder });
    expect(lstatSync(join(installed, 'esm/index.js')).isFile()).toBe(true);
    symlinkSync(join(ROOT, 'node_modules/socket.io-client'), join(folder, 'node_modules/socket.io-client'));
  });

  it.each([
    ['imported', 'use.mjs', `import { Scoreboard, SubmitError } from '@scoreboard/client';`],
    ['required', 'use.cjs', `const { Scoreboard, SubmitError } = require('@scoreboard/client');`],
  ])('can be %s', async (_, file, head) => {
    write(file, head + USE + PRINT);
    const { stdout } = await run(process.execPath, [file], { cwd: folder });
    expect(stdout).toBe('reconnecting SubmitError\n');
  });

  it('has types for both module systems', async () => {
    write('use.mts', `import { Scoreboard, SubmitError } from '@scoreboard/client';${USE}${TYPED}`);
    write('use.cts', `import { Scoreboard, SubmitError } from '@scoreboard/client';${USE}${TYPED}`);
    const compilerOptions = { noEmit: true, strict: true, module: 'nodenext', target: 'es2022', lib: ['es2022'], types: [] };
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['use.mts', 'use.cts'] }));
    const { stdout } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: folder }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});
