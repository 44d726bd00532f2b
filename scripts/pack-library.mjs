import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { installMissing, root, run, runNpm } from './setup.mjs';

const FORMS = { cjs: { type: 'commonjs', options: [] }, esm: { type: 'module', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] } };

/** Packs a library for browsers, `libs/<name>`, as a tarball into a folder, for npm install and for npm publish. Prints its path. The same sources make the same tarball. */
export function packLibrary(library, folder) {
  const source = join(root, 'libs', library);
  const { name, version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  installMissing();
  const built = mkdtempSync(join(tmpdir(), `scoreboard-${library}-`));
  process.on('exit', () => rmSync(built, { recursive: true, force: true }));
  const packed = join(built, 'package');
  for (const [form, { type, options }] of Object.entries(FORMS)) {
    // The libraries that it imports are compiled beside it, and packed themselves. `npm run typecheck` checks their types.
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', source, '--noCheck', '--rootDir', join(root, 'libs'), '--outDir', join(built, form), ...options]);
    cpSync(join(built, form, library, 'src'), join(packed, form), { recursive: true });
    writeFileSync(join(packed, form, 'package.json'), `{ "type": "${type}" }\n`);
  }
  for (const file of ['package.json', 'README.md']) cpSync(join(source, file), join(packed, file));
  cpSync(join(root, 'LICENSE'), join(packed, 'LICENSE'));
  mkdirSync(folder, { recursive: true });
  runNpm('pack', '--silent', '--pack-destination', resolve(folder), packed);
  console.log(relative(process.cwd(), join(folder, `${name.slice(1).replace('/', '-')}-${version}.tgz`)));
}
