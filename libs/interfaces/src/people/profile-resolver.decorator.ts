import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';

/** The metadata key of `@ProfileResolver()`. */
export const PROFILE_RESOLVER = 'scoreboard:profile-resolver';

/**
 * Marks a provider as the one that knows names and pictures of users: a class with `resolve` (`ResolvesProfiles`). It may be in any module, and is created
 * once. Api and standalone ask it; there can be one.
 */
export const ProfileResolver = (): ClassDecorator => applyDecorators(Injectable(), SetMetadata(PROFILE_RESOLVER, true));
