import { PAGE_CONTENTS } from '@scoreboard/application';
import { z } from 'zod';

/** The body that decides what a player's page shows; null leaves it to the operator's setting. */
export const playerPageSchema = z.strictObject({ shows: z.enum(PAGE_CONTENTS, `must be ${PAGE_CONTENTS.slice(0, -1).join(', ')}, ${PAGE_CONTENTS.at(-1)} or null`).nullable() });

export type PlayerPageRequest = z.output<typeof playerPageSchema>;
