import { bootstrap } from '@scoreboard/bootstrap';
import { readSettings } from '@scoreboard/infrastructure/config';
import { WorkerModule } from './worker.module';

bootstrap(WorkerModule, () => readSettings('worker'));
