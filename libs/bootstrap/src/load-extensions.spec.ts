import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot, StartFailed, type RoleName, type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { startStandalone } from '../../../test/support';
import { OURS } from './extension-loader.cjs';

/** A folder with these files, as a developer's own. Its Nest is another version, which must not be loaded. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('extensions');
  const nest = { 'node_modules/@nestjs/common/index.js': `throw new Error('another copy of Nest');` };
  for (const [name, text] of Object.entries({ ...nest, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A module whose controller answers `/api/<name>` with the name. */
const greeting = (name: string) => `
  class Greetings { greet() { return { name: '${name}' }; } }
  Get()(Greetings.prototype, 'greet', Object.getOwnPropertyDescriptor(Greetings.prototype, 'greet'));
  Controller('api/${name}')(Greetings);
  class GreetingsModule {}`;

const FILES = {
  'plain.js': `const { Controller, Get, Module } = require('@nestjs/common');
    ${greeting('plain')}
    Module({ controllers: [Greetings] })(GreetingsModule);
    module.exports = GreetingsModule;`,
  'modern.mjs': `import { Controller, Get, Module } from '@nestjs/common';
    ${greeting('modern')}
    await null;
    Module({ controllers: [Greetings] })(GreetingsModule);
    export default GreetingsModule;`,
  'compiled.js': `Object.defineProperty(exports, '__esModule', { value: true });
    const { Controller, Get } = require('@nestjs/common');
    ${greeting('compiled')}
    exports.default = { module: GreetingsModule, controllers: [Greetings] };`,
  'node_modules/@acme/plugin/package.json': '{ "type": "module", "exports": { ".": { "import": "./main.js" } } }',
  'node_modules/@acme/plugin/main.js': `import { Controller, Get, Module } from '@nestjs/common';
    import { map } from 'rxjs';
    import inner from './inner.cjs';
    ${greeting('package')}
    Module({ imports: [inner], controllers: map ? [Greetings] : [] })(GreetingsModule);
    export default GreetingsModule;`,
  'node_modules/@acme/plugin/inner.cjs': `const { Controller, Get, Module } = require('@nestjs/common');
    ${greeting('inner')}
    Module({ controllers: [Greetings] })(GreetingsModule);
    module.exports = GreetingsModule;`,
  'own-limit.js': `const { Controller, Get, Module } = require('@nestjs/common');
    const { SkipThrottle } = require('@nestjs/throttler');
    ${greeting('own-limit')}
    SkipThrottle()(Greetings);
    Module({ controllers: [Greetings] })(GreetingsModule);
    module.exports = GreetingsModule;`,
  'means.js': `const { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } = require('@nestjs/core');
    const { Controller, ForbiddenException, Get, Module } = require('@nestjs/common');
    class Tea extends Error {}
    const route = (name) => Get(name)(Kitchen.prototype, name, Object.getOwnPropertyDescriptor(Kitchen.prototype, name));
    class Kitchen {
      tea() { throw new Tea(); }
      fault() { throw new Error('a secret of the kitchen'); }
      closed() { return 'never'; }
    }
    ['tea', 'fault', 'closed'].forEach(route);
    Controller('api/kitchen')(Kitchen);
    class TeaFilter { catch(error, host) {
      if (!(error instanceof Tea)) throw error;
      host.switchToHttp().getResponse().code(418).send({ tea: true });
    } }
    require('@nestjs/common').Catch(Tea)(TeaFilter);
    const guard = { canActivate(context) { if (context.getHandler().name === 'closed') throw new ForbiddenException(); return true; } };
    const interceptor = { intercept(context, next) { context.switchToHttp().getResponse().header('x-kitchen', 'open'); return next.handle(); } };
    class Means {
      onModuleInit() { console.log('the kitchen opens'); }
      async onApplicationShutdown() { console.log('the kitchen closes'); }
    }
    Module({ controllers: [Kitchen], providers: [
      { provide: APP_FILTER, useClass: TeaFilter }, { provide: APP_GUARD, useValue: guard }, { provide: APP_INTERCEPTOR, useValue: interceptor },
    ] })(Means);
    module.exports = Means;`,
};

const entries = './plain.js,./modern.mjs,./compiled.js,@acme/plugin,./own-limit.js,./means.js';

describe('a role with SCOREBOARD_EXTENSIONS', () => {
  const limit = 8;
  let role: RoleProcess;
  beforeAll(async () => {
    role = await startStandalone({ SCOREBOARD_EXTENSIONS: entries, RATE_LIMIT_READS: `${limit}`, TRUST_PROXY: '1', LOG_LEVEL: 'warn' }, { folder: folderWith(FILES) });
  });
  afterAll(() => role.kill());
  const get = (path: string, address: string = randomUUID()) => fetch(role.url + path, { headers: { 'x-forwarded-for': address } });

  it.each(['plain', 'modern', 'compiled', 'package', 'inner'])('serves the controller of an extension: %s', async (name) => {
    const answer = await get(`/api/${name}`);
    expect([answer.status, await answer.json(), answer.headers.get('x-content-type-options')]).toEqual([200, { name }, 'nosniff']);
  });

  it('counts the routes of extensions toward the limit of reads, and does not limit the routes that had no limit', async () => {
    const address = '203.0.113.9';
    const answers: Response[] = [];
    for (let i = 0; i <= limit; i++) answers.push(await get(i % 2 ? '/api/modern' : '/api/scores/top', address));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: limit }, () => 200), 429]);
    const refused = await get('/api/plain', address);
    expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, `"reads";q=${limit};w=60`]);
    expect(await refused.json()).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429, instance: '/api/plain' });
    expect((await get('/api/own-limit', address)).status).toBe(200);
    expect((await get('/health/live', address)).status).toBe(200);
  });

  it('answers an error of an extension as a problem, without details of the inside', async () => {
    const answer = await get('/api/kitchen/fault');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json; charset=utf-8']);
    expect(await answer.text()).not.toContain('secret');
    expect(await (await get('/api/nowhere')).json()).toMatchObject({ type: 'about:blank', status: 404 });
  });

  it("uses an extension's global filter for what it catches, and its global guard and interceptor on every route", async () => {
    const tea = await get('/api/kitchen/tea');
    expect([tea.status, await tea.json()]).toEqual([418, { tea: true }]);
    expect(await (await get('/api/kitchen/closed')).json()).toMatchObject({ type: 'about:blank', status: 403 });
    expect((await get('/api/scores/top')).headers.get('x-kitchen')).toBe('open');
  });

  it('lists the routes of extensions in the OpenAPI document, beside ours', async () => {
    const { paths } = (await (await get('/docs/openapi.json')).json()) as { readonly paths: Record<string, object> };
    const listed = Object.keys(paths);
    expect(listed).toEqual(expect.arrayContaining(['/api/plain', '/api/modern', '/api/compiled', '/api/package', '/api/inner', '/api/kitchen/tea', '/api/scores/update']));
    expect(listed.filter((path) => path.startsWith('/health') || path.startsWith('/metrics'))).toEqual([]);
  });
});

describe('the lifecycle hooks of an extension', () => {
  it('are called when the role starts and when it stops', async () => {
    const role = await startStandalone({ SCOREBOARD_EXTENSIONS: './means.js', LOG_LEVEL: 'warn' }, { folder: folderWith(FILES) });
    expect(role.output()).toContain('the kitchen opens');
    expect(await role.stop()).toBe(0);
    expect(role.output()).toContain('the kitchen closes');
  });
});

describe('a role whose extensions cannot be loaded', () => {
  const servers = { DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis://cache', RABBITMQ_URL: 'amqp://broker', JWT_SECRET: 's'.repeat(32) };
  const broken = {
    'empty.js': '',
    'nothing.mjs': 'export const x = 1;',
    'plain-class.js': 'module.exports = class Rules {};',
    'throws.js': `throw new Error('the licence has expired\\nsecond line');`,
    'throws-text.js': `throw 'a text';`,
    'syntax.js': 'const x = ;',
    'needs.js': `require('not-installed');`,
    'node_modules/@acme/empty/package.json': '{ "main": "main.js" }',
  };
  const NO_DEFAULT = 'has no default export; expected a Nest module (module.exports = MyModule, or export default)';

  it.each<RoleName>(['standalone', 'worker'])('exits with 78 and one line per extension: the %s', async (name) => {
    const folder = folderWith(broken);
    const lines = [
      ['./no-such.js', `there is no file ${join(folder, 'no-such.js')}`],
      ['./empty.js', NO_DEFAULT],
      ['./nothing.mjs', NO_DEFAULT],
      ['./plain-class.js', 'its default export is not a Nest module; expected a class with @Module({ … }) that lists something, or a dynamic module'],
      ['./throws.js', 'the licence has expired'],
      ['./throws-text.js', 'threw a text'],
      ['./syntax.js', `Unexpected token ';' (${join(folder, 'syntax.js')}:1)`],
      ['./needs.js', "Cannot find module 'not-installed'"],
      ['no-such-package', `Cannot find package 'no-such-package' imported from ${folder}/`],
    ] as const;
    const setting = lines.map(([entry]) => entry).join(',');
    const failure = await startRole(name, { ...servers, SCOREBOARD_EXTENSIONS: setting }, { folder }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    expect([exitCode, output.trim().split('\n')]).toEqual([78, lines.map(([entry, line]) => `SCOREBOARD_EXTENSIONS: ${entry}: ${line}`)]);
  });
});

describe('our copies', () => {
  it('are of every package of Nest that we need, with rxjs and reflect-metadata', () => {
    const { dependencies } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    expect([...OURS].sort()).toEqual(Object.keys(dependencies).filter((name) => /^@nestjs\/|^rxjs$|^reflect-metadata$/.test(name)).sort());
  });
});
