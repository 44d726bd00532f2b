import { Controller, Get, Header, Res } from '@nestjs/common';
import { type HealthReport, Readiness } from './readiness';

/** For orchestrators: `live` while the process answers, `ready` according to `Readiness`. */
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: { code(status: number): unknown }): Promise<HealthReport> {
    const report = await this.readiness.report();
    reply.code(report.status === 'ready' || report.status === 'degraded' ? 200 : 503);
    return report;
  }
}
