import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Rejection } from '@scoreboard/domain';

/** Dead letters of a process that has no broker: one JSON object a line, `{at, reason, command}`, only ever appended. */
export class DeadLetterFile {
  constructor(private readonly path: string) {}

  /** On return they are on the disk. The same ones again are appended again. */
  readonly park = async (rejections: readonly Rejection[]): Promise<void> => {
    await mkdir(dirname(this.path), { recursive: true });
    const at = new Date().toISOString();
    const file = await open(this.path, 'a', 0o600);
    try {
      await file.appendFile(rejections.map(({ reason, command }) => `${JSON.stringify({ at, reason, command })}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  };
}
