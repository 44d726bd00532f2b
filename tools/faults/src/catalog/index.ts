import type { Fault } from '../fault';
import { boundaryFaults } from './boundary-faults';
import { brokerFaults } from './broker-faults';
import { clusterFaults } from './cluster-faults';
import { databaseFaults } from './database-faults';
import { disasterFaults } from './disaster-faults';
import { messageFaults } from './message-faults';
import { networkFaults } from './network-faults';
import { redisFaults } from './redis-faults';
import { roleFaults } from './role-faults';
import { standaloneFaults } from './standalone-faults';

/** Every fault; those of a kind run one after another on the same servers. */
export const FAULTS: readonly Fault[] = [...roleFaults, ...boundaryFaults, ...brokerFaults, ...databaseFaults, ...redisFaults, ...messageFaults, ...networkFaults, ...disasterFaults, ...clusterFaults, ...standaloneFaults];
