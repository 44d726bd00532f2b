import { bootstrap } from '@scoreboard/bootstrap';
import { readSettings } from '@scoreboard/infrastructure/config';
import { ApiModule } from './api.module';

bootstrap(ApiModule, () => readSettings('api'));
