import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { packLibrary } from './pack-library.mjs';
import { root, run, runNpm, setUp } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

// The packages for other applications, as tarballs: @scoreboard/nest with its /testing, @scoreboard/client and @scoreboard/react.
const HELP = 'npm run build:libs [-- <folder>]\n\nPacks the Nest package and the libraries for browsers as tarballs into a folder (default: dist), and prints their paths.';
const [named = join(root, 'dist')] = wordsOrExit(HELP, 1);
const folder = resolve(named);
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const source = read('libs/nest/package.json');
const { dependencies, version } = read('package.json');

/** The host's own: an application must have one copy, because Nest finds providers by identity. */
const isHosts = (name) => name.startsWith('@nestjs/') || ['reflect-metadata', 'rxjs'].includes(name);

/** `@scoreboard/domain` is `libs/domain/src/index`. Nothing of ours is installed under these names. */
const fileOf = (specifier) => {
  const [, lib, rest] = /^@scoreboard\/([^/]+)(?:\/(.+))?$/.exec(specifier);
  if (!rest) return `libs/${lib}/src/index`;
  return rest.endsWith('.contract') ? `libs/${lib}/src/${rest}` : `libs/${lib}/src/${rest}/index`;
};

setUp();
const built = mkdtempSync(join(tmpdir(), 'scoreboard-nest-'));
process.on('exit', () => rmSync(built, { recursive: true, force: true }));
run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'libs/nest'), '--noCheck', '--outDir', built]);
rmSync(join(built, 'tools'), { recursive: true, force: true });
cpSync(join(root, 'libs/infrastructure/src'), join(built, 'libs/infrastructure/src'), { recursive: true, filter: (file) => !file.endsWith('.ts') });

/** TypeORM loads it by the name of the database. */
const used = new Set(['pg']);
for (const name of readdirSync(built, { recursive: true })) {
  if (!/\.(c?js|d\.ts)$/.test(name)) continue;
  const file = join(built, name);
  const text = readFileSync(file, 'utf8');
  if (name.endsWith('js')) for (const [, found] of text.matchAll(/(?:require|import)\(["']((?:@[\w.-]+\/)?[\w.-]+)[^"']*["']\)/g)) used.add(found);
  const local = (specifier) => {
    const path = relative(dirname(file), join(built, fileOf(specifier)));
    return path.startsWith('.') ? path : `./${path}`;
  };
  writeFileSync(file, text.replace(/(["'])(@scoreboard\/[\w./-]+)\1/g, (all, quote, specifier) => (isImport(text, all) ? quote + local(specifier) + quote : all)));
}

/** Not a text that only names a package. */
function isImport(text, quoted) {
  return [`from ${quoted}`, `require(${quoted})`, `import(${quoted})`].some((form) => text.includes(form));
}

const needed = Object.entries(dependencies).filter(([name]) => used.has(name));
const manifest = {
  ...source,
  version,
  dependencies: Object.fromEntries(needed.filter(([name]) => !isHosts(name))),
  peerDependencies: Object.fromEntries(needed.filter(([name]) => isHosts(name)).map(([name, exact]) => [name, `^${exact}`])),
};
writeFileSync(join(built, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
cpSync(join(root, 'libs/nest/README.md'), join(built, 'README.md'));
cpSync(join(root, 'LICENSE'), join(built, 'LICENSE'));
mkdirSync(folder, { recursive: true });
runNpm('pack', '--silent', '--pack-destination', folder, built);
console.log(relative(process.cwd(), join(folder, `scoreboard-nest-${version}.tgz`)));
for (const library of ['client', 'react']) packLibrary(library, folder);
