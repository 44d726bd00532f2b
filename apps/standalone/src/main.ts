import { bootstrap } from '@scoreboard/bootstrap';
import { readSettings, withKeptKeys } from '@scoreboard/infrastructure/config';
import { StandaloneModule } from './standalone.module';
import { welcome } from './welcome';

bootstrap(StandaloneModule, () => withKeptKeys(readSettings('standalone')), welcome);
