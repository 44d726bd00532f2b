import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';
import { generate } from './generated';

for (const { path, content } of generate(projectRoot())) {
  writeFileSync(join(projectRoot(), path), content);
  console.log(path);
}
