import { Authority, binary, freePort, layOut, nginxArgs } from '@scoreboard/harness';
import { read, runTool, unless, unlessThereAre } from './check';
import { readCompose } from './compose';

/** What nginx itself says of the shipped configuration, with a place of this machine's. */
export async function nginxSyntax(root: string): Promise<string[]> {
  const tls = new Authority().issue({ hosts: ['127.0.0.1'] });
  const upstreams = { apis: ['127.0.0.1:1', '127.0.0.1:2'], gateways: ['127.0.0.1:3', '127.0.0.1:4'] };
  const folder = layOut({ ...upstreams, port: await freePort(), statusPort: await freePort(), tls }, root);
  const { ok, output } = runTool(binary('nginx'), ['-t', ...nginxArgs(folder)], folder);
  return ok && !output.includes('[warn]') ? [] : [output];
}
nginxSyntax.whyNot = unlessThereAre('nginx', 'openssl');

/** What stands in the Compose file's place.conf, which Debian's nginx is too old to read: upstreams that routes use, and services that exist. */
export function nginxPlace(root: string): string[] {
  const [place, routes, main] = ['compose.conf', 'routes.conf', 'nginx.conf'].map((file) => read(root, `deploy/nginx/${file}`)) as [string, string, string];
  const { services } = readCompose(root);
  const defined = new Set(all(place, /^upstream (\w+) \{/gm).map(([, name]) => name));
  const listens = (name: string, port: string) => services[name]?.environment?.PORT === port;
  const used = [...all(routes, /proxy_pass http:\/\/(\w+);/g), ...all(main, /(gateway_\w+);/g)].map(([, name]) => name!);
  return [
    ...used.flatMap((name) => unless(defined.has(name), `the upstream ${name} is not defined`)),
    ...all(place, /server (\w+):(\d+)/g).flatMap(([what, name, port]) => unless(listens(name!, port!), `${what}: is no service that listens there`)),
  ];
}

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)];
