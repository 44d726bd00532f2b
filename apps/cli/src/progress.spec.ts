import { clearProgress, showProgress } from './progress';

describe('The progress of a command', () => {
  const { isTTY } = process.stderr;
  let now: number;
  let written: string[];
  beforeEach(() => {
    now = Math.ceil(performance.now()) + 60_000; // whole: ten steps of a fraction are not always 100 ms
    written = [];
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => (written.push(String(text)), true));
  });
  afterEach(() => {
    process.stderr.isTTY = isTTY;
  });

  it('updates one line in place on a terminal, at most ten times a second, and clears it before the result', () => {
    process.stderr.isTTY = true;
    for (let done = 1; done <= 100; done++, now += 10) showProgress(done, 'standings', 100);
    clearProgress();
    clearProgress();
    expect(written).toEqual([...Array.from({ length: 10 }, (_, at) => `\r\u001b[K${at * 10 + 1} of about 100 standings`), '\r\u001b[K']);
  });

  it('prints a line every ten seconds without a terminal', () => {
    process.stderr.isTTY = false;
    now += 3_600_000;
    for (let done = 0; done < 30; done++, now += 1_000) showProgress(done, 'entries \u009bre-encrypted');
    clearProgress();
    expect(written).toEqual(['0 entries \\u009bre-encrypted\n', '10 entries \\u009bre-encrypted\n', '20 entries \\u009bre-encrypted\n']);
  });
});
