import { validate } from 'dockerfile-utils';
import { read, unless } from './check';

/** What must never reach an image's builder. */
const KEPT_OUT = ['.git', '.env*', '.data', 'deploy', 'node_modules'];

const PINNED = /^[a-z0-9./-]+:[\w.-]+@sha256:[0-9a-f]{64}( AS \w+)?$/;

export function dockerfile(root: string): string[] {
  const text = read(root, 'Dockerfile');
  const ignored = read(root, '.dockerignore').split('\n');
  const lines = text.split('\n').filter((line) => line.trim() && !line.startsWith('#'));
  const of = (...names: string[]) => lines.filter((line) => names.includes(line.split(' ')[0]!)).map((line) => line.slice(line.indexOf(' ')).trim());
  const user = of('USER').at(-1) ?? 'root';
  const last = text.slice(text.lastIndexOf('\nFROM '));
  return [
    ...validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`),
    ...KEPT_OUT.filter((name) => !ignored.includes(name)).map((name) => `.dockerignore lets ${name} in`),
    ...of('FROM').flatMap((image) => unless(PINNED.test(image), `FROM ${image}: is not pinned by tag and digest`)),
    ...unless(/^[1-9]\d*(:[1-9]\d*)?$/.test(user), `USER ${user}: must be a number that is not root's`),
    ...of('ADD').map((what) => `ADD ${what}: COPY does what is wanted`),
    ...of('ENV', 'ARG').flatMap((what) => unless(!/SECRET|PASSWORD|TOKEN|PRIVATE_KEY/i.test(what), `${what}: a secret would stay in the image`)),
    ...of('CMD', 'ENTRYPOINT').flatMap((command) => unless(command.startsWith('['), `${command}: needs a shell`)),
    ...unless(last.includes('/usr/local/bin/scoreboard'), 'the commands of an operator are not on the path: link /usr/local/bin/scoreboard'),
    ...unless(/^HEALTHCHECK [^\n]*\\?\n?\s*CMD \[/m.test(last), 'HEALTHCHECK: is missing in the last stage, or needs a shell'),
  ];
}
