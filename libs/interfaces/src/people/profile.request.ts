import { checkAvatarUrl, checkName, type Checked, MAX_AVATAR_URL, MAX_NAME } from '@scoreboard/application';
import { z } from 'zod';

/** A text in the form in which it is stored, or the problem that `check` finds. */
export const checked = (check: (text: string) => Checked, description: string) =>
  z
    .string('must be a string')
    .meta({ description })
    .transform((text, context) => {
      const { value, problem } = check(text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
      return value ?? z.NEVER;
    });

/** The body that replaces a profile; what is left out is removed. */
export const profileSchema = z.strictObject({
  name: checked(checkName, `1 to ${MAX_NAME} characters as people count them, without control, direction or invisible characters`).optional(),
  avatarUrl: checked(checkAvatarUrl, `https, at most ${MAX_AVATAR_URL} characters`).optional(),
});

export type ProfileRequest = z.output<typeof profileSchema>;
