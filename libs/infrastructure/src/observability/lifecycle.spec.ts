import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import { eventually, startStandalone } from '../../../../test/support';

const JWT_SECRET = 'a secret for the lifecycle, long enough';

describe('a role with an uncaught exception', () => {
  it('logs it without secrets and exits with 1', async () => {
    const folder = temporaryFolder('throws');
    writeFileSync(join(folder, 'throws.cjs'), `process.once('SIGUSR2', () => { throw new Error('thrown at redis://:hunter2@cache'); });`);
    const role = await startStandalone({ JWT_SECRET }, { nodeArgs: ['--require', join(folder, 'throws.cjs')] });
    process.kill(role.pid, 'SIGUSR2');
    expect(await role.exited).toBe(1);
    await eventually(() => {
      const line = role.output().split('\n').find((text) => text.includes('thrown'))!;
      expect(JSON.parse(line)).toMatchObject({ 'log.level': 'fatal', 'message': 'thrown at redis://[redacted]@cache' });
    });
  });
});
