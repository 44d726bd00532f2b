import { type DynamicModule, Module } from '@nestjs/common';
import { FaultLog } from '@scoreboard/application';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { HealthController } from './health.controller';
import { LoggedFaults } from './logged-faults';
import { switches } from './metrics';
import { Readiness } from './readiness';

/** `/health/live`, `/health/ready` and `/metrics`, which every role has, and where faults are reported. */
@Module({})
export class ObservabilityModule {
  constructor(readiness: Readiness) {
    switches('scoreboard_dependency_up', 'Whether what this process leans on is up', 'dependency', () => readiness.states());
  }

  /** `role` names the process in its metrics. */
  static forRoot(role: string): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      imports: [PrometheusModule.register({ defaultMetrics: { enabled: true, config: { labels: { role } } } })],
      controllers: [HealthController],
      providers: [{ provide: FaultLog, useFactory: () => new LoggedFaults() }, Readiness],
      exports: [FaultLog, Readiness],
    };
  }
}
