import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { installMissing, root } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

const HELP = 'npm run build:reference [-- <folder>]\n\nWrites the reference of all public names of the packages as HTML into a folder (default: dist/reference), and prints where it begins.';
const [named = join(root, 'dist/reference')] = wordsOrExit(HELP, 1);
const folder = resolve(named);

/** What each package exports. */
const ENTRIES = {
  '@scoreboard/nest': 'libs/nest/src/index.ts',
  '@scoreboard/nest/testing': 'libs/nest/src/testing.contract.ts',
  '@scoreboard/client': 'libs/client/src/index.ts',
  '@scoreboard/react': 'libs/react/src/index.ts',
};

installMissing();
const { Application, ReflectionKind } = await import('typedoc');

const app = await Application.bootstrap({
  entryPoints: Object.values(ENTRIES).map((file) => join(root, file)),
  tsconfig: join(root, 'tsconfig.json'),
  name: 'Scoreboard',
  readme: 'none',
  out: folder,
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  // Types that only a signature names are found in the sources.
  validation: { notExported: false, invalidLink: true, notDocumented: false },
});
const project = await app.convert();
if (!project) process.exit(1);
const modules = project.getReflectionsByKind(ReflectionKind.Module);
for (const [name, file] of Object.entries(ENTRIES)) modules.find((one) => file.includes(`${one.name}.`) || file.includes(`${one.name}/`)).name = name;
for (const module of modules) for (const one of module.children ?? []) if (!isDocumented(one)) app.logger.warn(`${module.name} exports ${one.name} without a comment`);
app.validate(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateDocs(project, folder);
if (!existsSync(join(folder, 'index.html'))) process.exit(1);
console.log(relative(process.cwd(), join(folder, 'index.html')));

/** A reference to another export has the comment there; of a function its signatures have it. */
function isDocumented(one) {
  return one.kind === ReflectionKind.Reference || one.hasComment() || Boolean(one.signatures?.some((signature) => signature.hasComment()));
}
