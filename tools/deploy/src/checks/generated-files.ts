import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../generated';
import { unless } from './check';

/** What is made from other files is what they make now. */
export function generatedFiles(root: string): string[] {
  return generate(root).flatMap(({ path, content }) => {
    const file = join(root, path);
    return unless(existsSync(file) && readFileSync(file, 'utf8') === content, `${path} is not what npm run generate makes`);
  });
}
