import { type Type, UseGuards } from '@nestjs/common';
import { GUARDS_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { Throttle } from '@nestjs/throttler';
import { THROTTLER_LIMIT, THROTTLER_SKIP } from '@nestjs/throttler/dist/throttler.constants';
import type { Extensions } from '../extensions/extensions';
import { LimitGuard } from './limit.guard';

/**
 * Limits the routes of extensions as our reads are: a route without `@Throttle()` or `@SkipThrottle()` counts toward `reads`, and one without a
 * `LimitGuard` gets this one after its other guards, so that a token is checked first. Call it before routes are registered.
 */
export function limitControllers(modules: ModulesContainer, extensions: Extensions, guard: LimitGuard): void {
  for (const { metatype, controllers } of modules.values()) {
    if (!extensions.modules.has(metatype)) continue;
    for (const controller of controllers.values()) limitRoutes(controller.metatype as Type, guard);
  }
}

function limitRoutes(controller: Type, guard: LimitGuard): void {
  for (const name of new MetadataScanner().getAllMethodNames(controller.prototype)) {
    const handler = controller.prototype[name] as () => unknown;
    if (!Reflect.hasMetadata(PATH_METADATA, handler)) continue;
    const targets = [controller, handler];
    const route = { value: handler };
    if (!targets.some(namesLimit)) Throttle({ reads: {} })(controller.prototype, name, route);
    if (!targets.some(isGuarded)) UseGuards(guard)(controller.prototype, name, route);
  }
}

const namesLimit = (target: object): boolean =>
  Reflect.getMetadataKeys(target).some((key) => [THROTTLER_LIMIT, THROTTLER_SKIP].some((what) => String(key).startsWith(what)));

/** Also true for a handler that this module guarded before: two controllers may inherit it. */
const isGuarded = (target: object): boolean => {
  const guards: readonly unknown[] = Reflect.getMetadata(GUARDS_METADATA, target) ?? [];
  return guards.some((guard) => guard === LimitGuard || guard instanceof LimitGuard);
};
