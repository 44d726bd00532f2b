import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './after-exit';

/** Paths of PEM files; `ca` is the certificate of the authority. */
export type TlsFiles = Readonly<Record<'cert' | 'key' | 'ca', string>>;

/** A certificate authority of our own, made with the openssl command; nobody trusts it who is not told to. */
export class Authority {
  readonly ca: string;
  private readonly folder = temporaryFolder('authority');
  private issued = 0;

  constructor() {
    this.write('index.txt', '');
    this.write('ca.conf', CONFIG);
    this.ca = join(this.folder, 'ca.crt');
    this.openssl('req', '-x509', '-newkey', 'ec', ...CURVE, '-nodes', '-subj', '/CN=Scoreboard test authority', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.crt');
  }

  /** `hosts` are the names and addresses it is for, `days` when it begins and ends; the default is from yesterday to tomorrow. */
  issue({ hosts, days = [-1, 1] }: { readonly hosts: readonly string[]; readonly days?: readonly [from: number, to: number] }): TlsFiles {
    const name = `server-${++this.issued}`;
    const [from, to] = days.map((day) => new Date(Date.now() + day * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, ''));
    this.write(`${name}.ext`, `subjectAltName=${hosts.map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`).join(',')}\n`);
    this.openssl('req', '-newkey', 'ec', ...CURVE, '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    this.openssl('ca', '-batch', '-notext', '-config', 'ca.conf', '-startdate', from!, '-enddate', to!, '-extfile', `${name}.ext`, '-in', `${name}.csr`, '-out', `${name}.crt`);
    return { cert: join(this.folder, `${name}.crt`), key: join(this.folder, `${name}.key`), ca: this.ca };
  }

  private write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content);
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }
}

const CURVE = ['-pkeyopt', 'ec_paramgen_curve:P-256'];

/** `openssl ca` wants a database; it is the one command that takes any dates. */
const CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
`;
