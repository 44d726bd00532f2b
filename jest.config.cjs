const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const { jsc } = JSON.parse(readFileSync(join(__dirname, '.swcrc'), 'utf8'));

// Before Node 24.9 jest cannot require() an ESM package, so the ESM ones (Nest 12, cookie 2, …) are transformed to CommonJS.
const modules = join(__dirname, 'node_modules');
const packages = readdirSync(modules).flatMap((name) =>
  name.startsWith('.') ? [] : name.startsWith('@') ? readdirSync(join(modules, name)).map((scoped) => `${name}/${scoped}`) : [name],
);
const isEsm = (name) => {
  try {
    return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).type === 'module';
  } catch {
    return false; // a folder without a manifest is no package
  }
};
const esmPackages = packages.filter(isEsm).map((name) => name.replace(/[.\\/+]/g, '\\$&'));

// Most specs need something of `test/support` and no database: what its files import from here is loaded where it is used.
const lazy = ['@scoreboard/infrastructure/postgres', '@scoreboard/infrastructure/redis'];

const swc = (options) => ['@swc/jest', { swcrc: false, module: { type: 'commonjs', lazy }, jsc: { ...jsc, baseUrl: undefined, paths: undefined }, ...options }];

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/examples', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Only so that a hanging test ends: what a test waits for has a deadline of its own (`eventually`), whatever the speed of the machine.
  testTimeout: 300_000,
  // What a test replaced with `jest.spyOn` is itself again before the next test and after the last, also if an expectation failed before.
  restoreMocks: true,
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  moduleNameMapper: {
    '^@scoreboard/harness$': '<rootDir>/tools/harness/src/index.ts',
    '^@scoreboard/nest/testing$': '<rootDir>/libs/nest/src/testing.contract.ts',
    '^@scoreboard/([^/]+)/(.+\\.contract)$': '<rootDir>/libs/$1/src/$2.ts',
    '^@scoreboard/(infrastructure|interfaces)/([^/]+)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^@scoreboard/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  transform: {
    // Without maps, which would double what V8 reads of them in each suite.
    '/node_modules/.+\\.[cm]?js$': swc({ sourceMaps: false }),
    '\\.[cm]?[jt]s$': swc({ sourceMaps: 'inline' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmPackages.join('|')})/)`],
};
