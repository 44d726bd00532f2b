import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { type Check, found } from './check';

/** What must never reach an image's builder. */
const KEPT_OUT = ['.git', '.env*', '.data', 'deploy', 'node_modules'];

/** The image: syntax, and what it promises. */
export const dockerfile: Check = {
  name: 'Dockerfile',
  run(root) {
    const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    return found([
      ...validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`),
      ...promises(text),
      ...KEPT_OUT.filter((name) => !ignored.includes(name)).map((name) => `.dockerignore lets ${name} in`),
    ]);
  },
};

function promises(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() && !line.startsWith('#'));
  const of = (instruction: string) => lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1).trim());
  const user = of('USER').at(-1) ?? 'root';
  const last = text.slice(text.lastIndexOf('\nFROM '));
  return [
    ...of('FROM').filter((image) => !/^[a-z0-9./-]+:[\w.-]+@sha256:[0-9a-f]{64}( AS \w+)?$/.test(image)).map((image) => `FROM ${image}: is not pinned by tag and digest`),
    ...(/^[1-9]\d*(:[1-9]\d*)?$/.test(user) ? [] : [`USER ${user}: must be a number that is not root's`]),
    ...of('ADD').map((what) => `ADD ${what}: COPY does what is wanted`),
    ...[...of('ENV'), ...of('ARG')].filter((what) => /SECRET|PASSWORD|TOKEN|PRIVATE_KEY/i.test(what)).map((what) => `${what}: a secret would stay in the image`),
    ...[...of('CMD'), ...of('ENTRYPOINT')].filter((command) => !command.startsWith('[')).map((command) => `${command}: needs a shell`),
    ...(/^HEALTHCHECK [^\n]*\\?\n?\s*CMD \[/m.test(last) ? [] : ['HEALTHCHECK: is missing in the last stage, or needs a shell']),
  ];
}
