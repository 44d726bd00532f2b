// A relative path: jest does not map aliases here.
import { findBinary, findTool, haveTools, type ServerName, type Servers, startServers, type ToolName } from '../../tools/harness/src';
import { VHOSTS } from './vhosts';

const VARIABLES: Record<ServerName, string> = { postgres: 'TEST_DATABASE_URL', redis: 'TEST_REDIS_URL', rabbitmq: 'TEST_RABBITMQ_URL' };

declare global {
  var testServers: Servers | undefined;
}

/**
 * Starts private servers once for the whole run and passes their URLs to the specs. A server whose `TEST_…_URL` is already set
 * is used instead. `DATABASE_URL`, `REDIS_URL` and `RABBITMQ_URL` are ignored: tests must not run on a server in use.
 */
export default async function globalSetup(_: unknown, { testRegex }: { readonly testRegex: readonly (string | RegExp)[] }): Promise<void> {
  const names = Object.keys(VARIABLES) as ServerName[];
  const given = Object.fromEntries(names.map((name) => [name, process.env[VARIABLES[name]] || undefined]));
  const servers = await startServers(undefined, given);
  globalThis.testServers = servers;
  if (servers.rabbitmq) {
    await servers.rabbitmq.ctl('eval', makeVhosts(VHOSTS));
    process.env.TEST_RABBITMQ_VHOSTS = 'true';
  }
  // Installed with PostgreSQL where it was missing.
  process.env.TEST_OPENSSL = findBinary('openssl') ?? '';
  process.env.TEST_OPENSSL_MISSING = 'openssl is not installed';
  // Browsers are hundreds of megabytes: nothing is installed that no suite of this run needs.
  const runs = (kind: string) => testRegex.some((pattern) => String(pattern).includes(kind));
  const tools: ToolName[] = ['nginx', 'prometheus'];
  if (runs('e2e') || runs('slow')) tools.push('chromium');
  if (runs('slow')) tools.push('firefox');
  const missing = await haveTools(...tools);
  for (const tool of tools) {
    process.env[`TEST_${tool.toUpperCase()}_MISSING`] = missing[tool];
    process.env[`TEST_${tool.toUpperCase()}`] = findTool(tool) ?? '';
  }
  for (const name of names) {
    const { [name]: url } = servers.urls;
    if (url) process.env[VARIABLES[name]] = url;
    else process.env[`${VARIABLES[name]}_MISSING`] = servers.missing[name];
  }
}

/** In Erlang: one run of rabbitmqctl for all, which takes a second. */
const makeVhosts = (names: readonly string[]): string =>
  `[begin
    rabbit_vhost:add(Name, <<"tests">>),
    rabbit_auth_backend_internal:set_permissions(<<"guest">>, Name, <<".*">>, <<".*">>, <<".*">>, <<"tests">>)
  end || Name <- [${names.map((name) => `<<"${name}">>`).join(', ')}]].`;
