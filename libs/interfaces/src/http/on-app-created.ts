import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * A lifecycle hook for modules that need the application itself, for sockets, microservices, static files or API documents. Called once, after all
 * providers exist and before routes and gateways are registered, one module after the other in import order. An error stops the start.
 */
export interface OnAppCreated {
  onAppCreated(app: NestFastifyApplication): void | Promise<void>;
}

/** Calls the hook of every module that has one. */
export async function callOnAppCreated(app: NestFastifyApplication): Promise<void> {
  for (const { instance } of app.get(ModulesContainer).values()) {
    await (instance as Partial<OnAppCreated> | undefined)?.onAppCreated?.(app);
  }
}
