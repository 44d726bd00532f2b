import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A setting that names a JSON file of this form. A problem names the file's path and the field. */
export const jsonFile = <Schema extends z.ZodType>(schema: Schema) =>
  z.string().transform((path, context): z.output<Schema> => {
    const complain = (problem: string) => context.addIssue({ code: 'custom', message: `${path}: ${problem}` });
    const json = readJson(path, complain);
    if (json === undefined) return z.NEVER;
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) complain([issue.path.join('.'), messageOf(issue)].filter(Boolean).join(' '));
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

/** The message of the invalid name itself, not of the invalid key; for unknown fields, their names. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]!.message;
  return issue.code === 'unrecognized_keys' ? `has an unknown field: ${issue.keys.join(', ')}` : issue.message;
}
