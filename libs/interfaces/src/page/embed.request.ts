import { BOARD_ID, GLOBAL_BOARD, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { wholeNumber } from '../http/query';
import { LANGUAGES } from './page-language';

const THEMES = ['auto', 'dark', 'light'] as const;
const MAX_TITLE = 60;

/** The options of an embedded board; all are optional. Invalid values are refused, so that the website's author notices at once. */
export const embedSchema = z.object({
  theme: z.enum(THEMES, `must be ${THEMES.slice(0, -1).join(', ')} or ${THEMES.at(-1)}`).default('auto'),
  accent: z.string().regex(/^[0-9a-f]{6}$/i, 'must be a color as six hexadecimal digits, without #').optional(),
  count: wholeNumber(1, MAX_TOP).default(10),
  board: z.string('must be given once').regex(BOARD_ID, 'must be the id of a board: 1 to 32 of a-z, 0-9 and -').default(GLOBAL_BOARD),
  lang: z.enum(LANGUAGES, `must be one of ${LANGUAGES.join(', ')}`).optional(),
  title: z.string().max(MAX_TITLE, `must be at most ${MAX_TITLE} characters`).default('Scoreboard'),
});
