import { bootstrap } from '@scoreboard/bootstrap';
import { readSettings } from '@scoreboard/infrastructure/config';
import { GatewayAppModule } from './gateway-app.module';

bootstrap(GatewayAppModule, () => readSettings('gateway'));
