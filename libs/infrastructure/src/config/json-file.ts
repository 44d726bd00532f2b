import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The content of a JSON file whose path is the setting. A problem names the file's path and the field. */
export const jsonFile = <T>(schema: z.ZodType<T>, describe: (issue: z.core.$ZodIssue) => string = ({ message }) => message) =>
  z.string().transform((path, context): T => {
    const complain = (problem: string) => context.addIssue({ code: 'custom', message: `${path}: ${problem}` });
    const json = readJson(path, complain);
    if (json === undefined) return z.NEVER;
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) complain([issue.path.join('.'), describe(issue)].filter(Boolean).join(' '));
    return z.NEVER;
  });

function readJson(path: string, complain: (problem: string) => void): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return complain(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    return complain('is not JSON');
  }
}
