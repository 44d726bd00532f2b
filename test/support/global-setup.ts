// A relative path: jest does not map aliases here.
import { CHROMIUM_PACKAGE, findChromium, findNginx, findOpenssl, findPrometheus, haveTool, NGINX_PACKAGE, PROMETHEUS_PACKAGES, type ServerName, type Servers, startServers } from '../../tools/harness/src';
import { VHOSTS } from './vhosts';

const VARIABLES: Record<ServerName, string> = { postgres: 'TEST_DATABASE_URL', redis: 'TEST_REDIS_URL', rabbitmq: 'TEST_RABBITMQ_URL' };

declare global {
  var testServers: Servers | undefined;
}

/**
 * Starts private servers once for the whole run and passes their URLs to the specs. A server whose `TEST_…_URL` is already set
 * is used instead. `DATABASE_URL`, `REDIS_URL` and `RABBITMQ_URL` are ignored: tests must not run on a server in use.
 */
export default async function globalSetup(): Promise<void> {
  const names = Object.keys(VARIABLES) as ServerName[];
  const given = Object.fromEntries(names.map((name) => [name, process.env[VARIABLES[name]] || undefined]));
  const servers = await startServers(undefined, given);
  globalThis.testServers = servers;
  if (servers.rabbitmq) {
    await servers.rabbitmq.ctl('eval', makeVhosts(VHOSTS));
    process.env.TEST_RABBITMQ_VHOSTS = 'true';
  }
  // Installed with PostgreSQL where it was missing.
  process.env.TEST_OPENSSL = findOpenssl() ?? '';
  process.env.TEST_OPENSSL_MISSING = 'openssl is not installed';
  process.env.TEST_NGINX_MISSING = await haveTool(findNginx, NGINX_PACKAGE);
  process.env.TEST_NGINX = findNginx() ?? '';
  process.env.TEST_CHROMIUM_MISSING = await haveTool(findChromium, CHROMIUM_PACKAGE);
  process.env.TEST_CHROMIUM = findChromium() ?? '';
  process.env.TEST_PROMETHEUS_MISSING = await haveTool(findPrometheus, ...PROMETHEUS_PACKAGES);
  process.env.TEST_PROMETHEUS = findPrometheus() ?? '';
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
