import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { REFUSALS } from '@scoreboard/domain';
import { SETTINGS } from '@scoreboard/infrastructure/config';
import { openApiDocument } from '../libs/interfaces/src/docs/openapi';

const ROOT = join(__dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const documents = [...markdownIn('.'), ...markdownIn('docs'), ...markdownIn('docs/decisions'), ...markdownIn('k8s'), ...markdownIn('deploy/privileges')];
const sources = ['apps', 'libs', 'test', 'tools'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, String(name))));
const handbook = ['README.md', 'CONTRIBUTING.md', 'docs/README.md', 'docs/design.md', 'docs/extending.md', 'docs/identity-providers.md', 'docs/operations.md', 'docs/problems.md', 'docs/runbooks.md', 'docs/security.md', 'docs/tutorial.md', 'k8s/README.md'];

describe('the documentation', () => {
  it.each(documents)('names only scripts that exist: %s', (file) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = all(read(file), /npm run (?:--silent )?([a-z][a-z\d:-]*[a-z\d])/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each(documents)('has no broken link: %s', (file) => {
    const links = all(read(file), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !leadsSomewhere(file, link))).toEqual([]);
  });

  it.each(documents.filter((file) => file.startsWith('docs/')))('names only test files that exist: %s', (file) => {
    const named = all(read(file), /`([\w./-]+\.(?:spec|e2e|slow|drill|suite|contract)\.ts)`/g);
    expect(named.filter((name) => !sources.some((source) => `/${source}`.endsWith(`/${name}`)))).toEqual([]);
  });

  it.each(handbook)('names only settings that exist: %s', (file) => {
    // A setting is upper case with an underscore, between backticks or before `=`.
    // Those that others read, and tokens of Nest, are not ours.
    const named = all(read(file), /(?:`|\b)([A-Z]+(?:_[A-Z]+)+)(?=`|=)/g).filter((name) => !/^(TEST|NODE|REDISCLI|APP)_|^OTEL_EXPORTER_OTLP_HEADERS$/.test(name));
    expect(named.filter((name) => !(name in SETTINGS.shape))).toEqual([]);
  });

  it('lists exactly the routes of the OpenAPI document in the README', () => {
    const routes = all(read('README.md'), /^\| ((?:GET|POST|PUT|DELETE) \| `\/(?:api|\.well-known)\/[^`]*)`/gm).map((route) => route.replace(' | `', ' '));
    const { paths } = openApiDocument({ maxIncrement: 1 });
    const served = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(routes.sort()).toEqual(served.sort());
  });

  it('lists exactly the refusals, with their kind, in docs/problems.md', () => {
    const listed = all(read('docs/problems.md'), /^\| (`[a-z-]+` \| [a-z]+) \| \d{3} \|/gm);
    expect(listed.sort()).toEqual(Object.entries(REFUSALS).map(([code, { kind }]) => `\`${code}\` | ${kind}`).sort());
  });

  it('lists exactly the events of a process in docs/design.md', () => {
    const events = all(read('libs/domain/src/scoreboard-events.ts'), /^  '([a-z.]+)': /gm);
    expect(all(read('docs/design.md'), /^\| `([a-z]+\.[a-z]+)` \| /gm).sort()).toEqual(events.sort());
  });

  it('explains every setting in .env.example', () => {
    expect(all(read('.env.example'), /^([A-Z_]+)=/gm).sort()).toEqual(Object.keys(SETTINGS.shape).sort());
  });

  it('lists exactly our metrics in docs/operations.md', () => {
    const folder = 'libs/infrastructure/src/observability';
    const source = readdirSync(join(ROOT, folder)).map((file) => read(join(folder, file))).join('\n');
    const made = all(source, /'((?:scoreboard|http)_[a-z_]+)'/g);
    const named = new Set(all(read('docs/operations.md'), /`((?:scoreboard|http)_[a-z_]+)`/g));
    expect([...named].sort()).toEqual([...new Set(made)].sort());
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md')).map((name) => relative(ROOT, join(ROOT, folder, name)));
}

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

/** Whether a link leads to an existing file or folder, and to an existing heading if it names one. */
function leadsSomewhere(from: string, link: string): boolean {
  const [path, heading] = link.split('#') as [string, string?];
  const target = path ? join(dirname(from), path) : from;
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || all(read(target), /^#+ (.+)$/gm).some((title) => anchorOf(title) === heading);
}

const anchorOf = (title: string): string => title.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-');
