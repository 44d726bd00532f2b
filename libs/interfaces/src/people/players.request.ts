import { checkBeginning } from '@scoreboard/application';
import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { wholeNumber } from '../http/query';
import { checked } from './profile.request';

export const BEGINNING = 'The beginning of the name: 2 characters or more, or 1 of Chinese, Japanese or Korean. Case, width and accents make no difference';

/** The query that looks for players: the beginning of a name, folded, and how many. */
export const playersQuerySchema = z.object({
  name: checked(checkBeginning, BEGINNING),
  limit: wholeNumber(1, MAX_TOP).default(BOARD_SIZE),
});

export type PlayersQuery = z.output<typeof playersQuerySchema>;
