import { bootstrap } from '@scoreboard/bootstrap';
import { readSettings, withGeneratedSecrets } from '@scoreboard/infrastructure/config';
import { StandaloneModule } from './standalone.module';
import { welcome } from './welcome';

bootstrap(StandaloneModule, () => withGeneratedSecrets(readSettings('standalone')), welcome);
