import { freePort, type RoleProcess, startRole } from '@scoreboard/harness';
import type { Browser } from 'playwright-core';
import { type FreshLedger, freshLedger } from '../support';
import { JWT_SECRET, launch, PATIENCE_MS, visit, type Visitor, type VisitOptions, waitForState } from './browser';

/** Starts a standalone and a browser for the tests of a `describe`. */
export interface PageUnderTest {
  readonly role: RoleProcess;
  readonly url: string;
  /** Of its ledger; undefined if that is embedded. */
  readonly databaseUrl: string | undefined;
  /** Opens the page and waits until it is live. Closed after the test. `path` defaults to `/`. */
  open(options?: VisitOptions, path?: string): Promise<Visitor>;
  /** The same without waiting, for a page that does not become live. */
  visit(options?: VisitOptions, path?: string): Promise<Visitor>;
  /** Restarts a killed standalone, on the same port and data. */
  restart(): Promise<void>;
}

export function usePage(settings: NodeJS.ProcessEnv = {}): PageUnderTest {
  let browser: Browser;
  let role: RoleProcess;
  let ledger: FreshLedger;
  let all: NodeJS.ProcessEnv;
  const visitors: Visitor[] = [];
  const start = async () => void (role = await startRole('standalone', all, { readyWithinMs: PATIENCE_MS }));

  beforeAll(async () => {
    ledger = await freshLedger();
    all = { ...ledger.settings, PORT: String(await freePort()), JWT_SECRET, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', ...settings };
    await start();
    browser = await launch();
  });
  afterEach(async () => {
    for (const { context } of visitors.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await role?.kill();
    await ledger?.drop();
  });

  async function come(options?: VisitOptions, path = '/'): Promise<Visitor> {
    const visitor = await visit(browser, role.url + path, options);
    visitors.push(visitor);
    return visitor;
  }
  async function open(options?: VisitOptions, path?: string): Promise<Visitor> {
    const visitor = await come(options, path);
    await waitForState(visitor.page, 'Live');
    return visitor;
  }
  return {
    get role() {
      return role;
    },
    get url() {
      return role.url;
    },
    get databaseUrl() {
      return ledger.settings.DATABASE_URL;
    },
    open,
    visit: come,
    restart: start,
  };
}
