import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * A lifecycle hook of a module that needs the application itself: sockets, microservices, files, documents. Called once, after all
 * providers are there and before routes and gateways are registered, module after module in the order of their imports. Throwing stops the start.
 */
export interface OnAppCreated {
  onAppCreated(app: NestFastifyApplication): void | Promise<void>;
}

/** Calls the hook of all modules that have one. */
export async function callOnAppCreated(app: NestFastifyApplication): Promise<void> {
  for (const { instance } of app.get(ModulesContainer).values()) {
    await (instance as Partial<OnAppCreated> | undefined)?.onAppCreated?.(app);
  }
}
