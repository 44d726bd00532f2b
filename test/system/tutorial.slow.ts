import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, GuardedProcess, projectRoot, temporaryFolder } from '@scoreboard/harness';
import type { Browser, Page } from 'playwright-core';
import { fencesOf } from '../../tools/deploy/src/checks/fences';
import { launch, visit } from '../page/browser';
import { describeWith, eventually } from '../support';

const ROOT = projectRoot();
const run = promisify(execFile);

/** docs/tutorial.md, in the order in which a reader does it; npm downloads socket.io-client. Ports and the folder of the data are this test's own. */
describeWith('TEST_CHROMIUM', 'the tutorial, as it is written', () => {
  let folder: string;
  let site: string;
  let env: NodeJS.ProcessEnv;
  let blocks: { readonly code: Readonly<Record<string, string>>; readonly commands: readonly string[] };
  let browser: Browser;
  const running: GuardedProcess[] = [];

  /** Runs a block in a folder, and returns what it prints. */
  const shell = async (block: string, cwd: string) => (await run('bash', ['-ec', block], { cwd, env, maxBuffer: 10_000_000 })).stdout;
  /** Runs a block that does not end, and returns what it has printed when that contains `ready`. */
  async function start(block: string, cwd: string, ready: string): Promise<string> {
    const started = new GuardedProcess('bash', ['-ec', block], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(started);
    let output = '';
    started.child.stdout!.on('data', (chunk) => (output += String(chunk)));
    await eventually(() => expect([started.exitCode, output]).toEqual([undefined, expect.stringContaining(ready)]), { withinMs: 300_000 });
    return output;
  }

  beforeAll(async () => {
    const ports = { 3000: await freePort(), 4000: await freePort() };
    const document = Object.entries(ports).reduce((text, [port, free]) => text.replaceAll(port, `${free}`), readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8'));
    const fences = fencesOf('docs/tutorial.md', document);
    blocks = {
      code: Object.fromEntries(fences.filter(({ language }) => ['js', 'html'].includes(language)).map(({ language, text }) => [language, text])),
      commands: fences.filter(({ tag }) => tag === 'run').map(({ text }) => text),
    };
    folder = temporaryFolder('tutorial');
    site = join(folder, 'my-site');
    symlinkSync(ROOT, join(folder, 'scoreboard'));
    mkdirSync(join(folder, 'data'));
    env = { ...process.env, PORT: `${ports[3000]}`, DATA_DIR: join(folder, 'data'), npm_config_prefer_offline: 'true' };
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    for (const each of running.reverse()) await each.kill();
  });

  it('has a command for each step', () => {
    expect(blocks.commands.map((block) => block.split('\n').at(-1)!.split(' ')[0])).toEqual(expect.arrayContaining(['curl', 'node']));
    expect(blocks.commands).toHaveLength(5);
  });

  it('leads to a website that shows a board and counts points', async () => {
    const [startScoreboard, credentials, install, startSite] = blocks.commands as [string, string, string, string];
    await start(startScoreboard, folder, 'Page ');
    await shell(credentials, folder);
    await shell(install, folder);
    writeFileSync(join(site, 'server.mjs'), blocks.code.js!);
    writeFileSync(join(site, 'index.html'), blocks.code.html!);
    const url = (await start(startSite, site, 'http://')).trim();

    const [ann, bob] = [await visit(browser, url), await visit(browser, url)];
    await joinAs(ann.page, '<b>Ann</b>');
    await joinAs(bob.page, 'Bob');
    await solve(ann.page);
    await solve(bob.page);
    await solve(bob.page);
    await solve(ann.page, 1); // a wrong answer
    for (const { page } of [ann, bob]) {
      await eventually(async () => expect(await page.getByRole('listitem').allTextContents()).toEqual(['Bob: 20', '<b>Ann</b>: 10']));
    }
    expect([ann.complaints, bob.complaints]).toEqual([[], []]);
  }, 900_000);

  it('cannot be cheated by who has no credentials', async () => {
    expect(await shell(blocks.commands.at(-1)!, site)).toBe('401\n404\n401\n');
  });

  async function joinAs(page: Page, name: string): Promise<void> {
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Join' }).click();
  }

  /** Answers the sum on the page, wrong by `error`, and waits for the next one. */
  async function solve(page: Page, error = 0): Promise<void> {
    const label = page.locator('#text');
    await label.filter({ hasText: '×' }).waitFor();
    const [a, b] = (await label.textContent())!.split(' × ').map(Number) as [number, number];
    await page.getByRole('textbox').fill(`${a * b + error}`);
    const asked = page.waitForResponse((response) => response.url().endsWith('/question'));
    await page.getByRole('button', { name: 'Answer' }).click();
    await asked;
  }
});
