import { execFileSync } from 'node:child_process';
import { freePort, type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = ['chromium', 'chromium-browser', 'google-chrome'].map(find).find(Boolean);
const describeWithBrowser = (name: string, define: () => void) =>
  executablePath ? describe(name, define) : describe(name, () => it.skip('NONE OF THIS WAS TESTED: there is no Chromium on this machine', () => undefined));

function find(command: string): string | undefined {
  try {
    return execFileSync('which', [command], { encoding: 'utf8' }).trim();
  } catch {
    return undefined; // not installed under this name
  }
}

describeWithBrowser('the page, in a browser', () => {
  let browser: Browser;
  let role: RoleProcess;
  let settings: NodeJS.ProcessEnv;
  const complaints: string[] = [];

  beforeAll(async () => {
    settings = { DATA_DIR: temporaryFolder('data'), PORT: String(await freePort()), LOG_LEVEL: 'warn' };
    role = await startRole('standalone', settings, { readyWithinMs: 60_000 });
    // A sandbox of its own cannot be had by root; the page is ours.
    browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: ['--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'] });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await role?.stop();
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(role.url);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    return page;
  }

  it('lets a stranger earn points, and shows them to everybody as they come', async () => {
    const [player, other] = [await open(), await open()];
    for (let i = 1; i <= 3; i++) {
      await player.locator('[data-try]').click();
      await other.locator(`[data-user][data-score="${i}"][data-rank="1"]`).waitFor();
    }
    await player.locator('[data-me]').filter({ hasText: '3 points, place 1' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('says that it is reconnecting when the server is gone, and is live again by itself, with nothing lost', async () => {
    const page = await open();
    await role.kill();
    await page.getByRole('status').filter({ hasText: /Reconnecting…|Offline/ }).waitFor();
    role = await startRole('standalone', settings, { readyWithinMs: 60_000 });
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.locator('[data-user][data-score="3"][data-rank="1"]').waitFor();
  }, 90_000);
});
