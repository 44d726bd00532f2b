import { USER_ID, USER_ID_RULE } from '@scoreboard/domain';
import { z } from 'zod';

/** A user id in a path, a query or a body. */
export const userIdSchema = z.string().regex(USER_ID, USER_ID_RULE);
