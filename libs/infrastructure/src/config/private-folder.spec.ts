import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepPrivate } from './private-folder';

const rightsOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('keepPrivate', () => {
  const umask = process.umask();
  let folder: string;
  const write = (name: string, mode: number) => {
    writeFileSync(join(folder, name), 'x');
    chmodSync(join(folder, name), mode);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'private-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => {
    process.umask(umask);
    rmSync(folder, { recursive: true });
  });

  it("removes other users' access to the folder and to the standalone's files in it", () => {
    mkdirSync(join(folder, 'database/pg_wal'), { recursive: true });
    chmodSync(join(folder, 'database/pg_wal'), 0o777);
    write('database/pg_wal/000000010000000000000001', 0o666);
    write('jwt-secret', 0o644);
    write('dead-letters.jsonl', 0o640);
    keepPrivate(folder);
    expect([folder, ...['database', 'database/pg_wal'].map((name) => join(folder, name))].map(rightsOf)).toEqual(['700', '700', '700']);
    const files = ['database/pg_wal/000000010000000000000001', 'jwt-secret', 'dead-letters.jsonl'];
    expect(files.map((name) => rightsOf(join(folder, name)))).toEqual(['600', '600', '600']);
  });

  it("does not change files that are not the standalone's, or the targets of links", () => {
    write('program', 0o755);
    write('elsewhere', 0o644);
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'control.sock'));
    keepPrivate(folder);
    expect([rightsOf(join(folder, 'program')), rightsOf(join(folder, 'elsewhere'))]).toEqual(['755', '644']);
  });

  it('follows a link if the folder itself is one', () => {
    symlinkSync(folder, `${folder}-link`);
    keepPrivate(`${folder}-link`);
    rmSync(`${folder}-link`);
    expect(rightsOf(folder)).toBe('700');
  });

  it('makes later files of this process private, even if the folder does not exist yet', () => {
    keepPrivate(join(folder, 'new'));
    expect(existsSync(join(folder, 'new'))).toBe(false);
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'new/file'), 'x');
    expect([rightsOf(join(folder, 'new')), rightsOf(join(folder, 'new/file'))]).toEqual(['700', '600']);
  });

  it('refuses a folder that users share, and does not change its mode', () => {
    chmodSync(folder, 0o1777);
    expect(() => keepPrivate(folder)).toThrow(`DATA_DIR: ${folder} is shared between users (sticky bit): use a folder of its own inside it`);
    expect(rightsOf(folder)).toBe('1777');
  });

  // No user can change modes in /proc, not even root.
  (existsSync('/proc/self') ? it : it.skip)('reports in one line that the mode cannot be changed, and what to do', () => {
    expect(() => keepPrivate('/proc/self')).toThrow(/^DATA_DIR: other users can access \/proc\/\d+, and this user cannot change that \(EPERM\): change its owner \(chown\), or use another folder$/);
  });
});
