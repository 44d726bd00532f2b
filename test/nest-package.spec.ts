import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as entry from '@scoreboard/nest';
import * as extension from '../libs/nest/src/extension';
import * as testing from '@scoreboard/nest/testing';

const ROOT = join(__dirname, '..');
const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** `nest-package.slow.ts` installs the tarball; this is what can be known without building it. */
describe('the package @scoreboard/nest', () => {
  it('has the version of the product, and exports files that exist', () => {
    const { version, exports } = json('libs/nest/package.json');
    expect(version).toBe(json('package.json').version);
    const files = Object.values(exports as Record<string, string | { readonly default: string }>).map((target) => (typeof target === 'string' ? target : target.default));
    expect(files.filter((file) => !existsSync(join(ROOT, file.endsWith('package.json') ? join('libs/nest', file) : file.replace(/\.js$/, '.ts'))))).toEqual([]);
  });

  it('loads, with the module, the modules it is made of, ports, adapters and everything that extensions have', () => {
    expect(Object.keys(entry)).toEqual(expect.arrayContaining(['ScoreboardModule', 'createApp', 'ScoresModule', 'ScoreQueue', 'RabbitMqScoreQueue', 'PostgresModule', 'BatchProcessor', ...Object.keys(extension)]));
  });

  it('has every contract suite of a port for tests of adapters, and nothing of our own tests', () => {
    const suites = ['libs/domain/src', 'libs/application/src'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true }).map(String).filter((file) => file.endsWith('.contract.ts')).map((file) => readFileSync(join(ROOT, folder, file), 'utf8')));
    const names = suites.flatMap((source) => [...source.matchAll(/export function (\w+Contract)\(/g)].map(([, name]) => name!));
    expect(Object.keys(testing).sort()).toEqual(names.filter((name) => name !== 'leaderboardRebuildContract').sort());
    expect(suites.filter((source) => source.includes('test/support'))).toEqual([]);
  });

  it('declares every package that its sources import', () => {
    const { dependencies } = json('package.json');
    const sources = ['domain', 'application', 'infrastructure', 'interfaces', 'nest'].flatMap((lib) =>
      readdirSync(join(ROOT, 'libs', lib, 'src'), { recursive: true }).map((file) => join(ROOT, 'libs', lib, 'src', String(file))).filter((file) => /(?<!\.spec|\.contract|\.d)\.(ts|cjs)$/.test(file)));
    const imported = sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^;]*?from '((?:@[\w.-]+\/)?[\w.-]+)/gm)].map(([, name]) => name!));
    expect([...new Set(imported)].filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !name.startsWith('@scoreboard/') && !(name in dependencies) && name !== 'node')).toEqual([]);
  });
});
