import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FaultLog } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { PathLog } from './path-log';
import type { Trail } from './trail';

export interface Trails {
  readonly trails: readonly Trail[];
  /** Sends on what is recorded and not yet sent, within a second. */
  readonly close?: () => Promise<void>;
}

/** Those that the settings ask for: the way of points in the log at `debug`, and as traces where they have a place to go. Nothing of OpenTelemetry is loaded without. */
export async function openTrails(app: NestFastifyApplication, settings: Settings, { isDebug }: { readonly isDebug: boolean }): Promise<Trails> {
  const trails = isDebug ? [new PathLog()] : [];
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: share, role } = settings;
  if (!endpoint) return { trails };
  const { openTracing } = await import('./open-tracing.js');
  const { trail, close } = openTracing(app, { endpoint, share, role, faults: app.get(FaultLog) });
  return { trails: [...trails, trail], close };
}
