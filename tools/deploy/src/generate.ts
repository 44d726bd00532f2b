import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';
import { generate } from './generated';

for (const { path, content } of generate(projectRoot())) {
  mkdirSync(join(projectRoot(), dirname(path)), { recursive: true });
  writeFileSync(join(projectRoot(), path), content);
  console.log(path);
}
