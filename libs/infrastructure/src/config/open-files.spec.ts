import { openFilesLimit, openFilesProblem } from './open-files';

const limitsOf = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft.padEnd(21)}1048576              files\n`;

describe('the open files limit', () => {
  it('is read from the process limits of the system', () => {
    expect(openFilesLimit(limitsOf('1024'))).toBe(1_024);
    expect(openFilesLimit(limitsOf('unlimited'))).toBeUndefined();
    expect(openFilesLimit('')).toBeUndefined();
  });

  it('is a problem if it is too low for all clients, but not if it is unknown', () => {
    expect(openFilesProblem(10_000, 1_024)).toContain('needs 10200 open files; the limit is 1024');
    expect(openFilesProblem(10_000, 10_200)).toBeUndefined();
    expect(openFilesProblem(10_000, openFilesLimit(''))).toBeUndefined();
  });
});
