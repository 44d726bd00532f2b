import type { Row } from '../row';
import { brokerRows } from './broker-rows';
import { clusterRows } from './cluster-rows';
import { databaseRows } from './database-rows';
import { disasterRows } from './disaster-rows';
import { messageRows } from './message-rows';
import { networkRows } from './network-rows';
import { powerRows } from './power-rows';
import { redisRows } from './redis-rows';
import { roleRows } from './role-rows';
import { standaloneRows } from './standalone-rows';

/** Every row there is; those of a kind play one after another on the same servers. */
export const ROWS: readonly Row[] = [...roleRows, ...brokerRows, ...databaseRows, ...redisRows, ...messageRows, ...networkRows, ...powerRows, ...disasterRows, ...clusterRows, ...standaloneRows];
