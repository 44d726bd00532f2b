import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';

/** The metadata key of `@ScoreRule()`. */
export const SCORE_RULE = 'scoreboard:score-rule';

/**
 * Marks a provider as a rule for updates: a class with `beforeSubmit` (`BeforeSubmit`). It may be in any module, and is created once. Rules run in the
 * order in which their modules are imported and list them.
 */
export const ScoreRule = (): ClassDecorator => applyDecorators(Injectable(), SetMetadata(SCORE_RULE, true));
