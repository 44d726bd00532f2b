import { MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { wholeNumber } from '../http/query';

const THEMES = ['auto', 'dark', 'light'] as const;
const MAX_TITLE = 60;

/** How a website wants its board: all of it may be left out. What is not valid is refused, so that a website's author sees it at once. */
export const embedSchema = z.object({
  theme: z.enum(THEMES, `must be ${THEMES.slice(0, -1).join(', ')} or ${THEMES.at(-1)}`).default('auto'),
  accent: z.string().regex(/^[0-9a-f]{6}$/i, 'must be a colour in six hexadecimal digits, without #').optional(),
  count: wholeNumber(1, MAX_TOP).default(10),
  title: z.string().max(MAX_TITLE, `must have ${MAX_TITLE} characters at most`).default('Scoreboard'),
});
