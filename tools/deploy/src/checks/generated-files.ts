import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../generated';
import { read, unless } from './check';

/** What is made from other files is what they make now. */
export function generatedFiles(root: string): string[] {
  return generate(root).flatMap(({ path, content }) => 
    unless(existsSync(join(root, path)) && read(root, path) === content, `${path} is not what npm run generate makes`),
  );
}
