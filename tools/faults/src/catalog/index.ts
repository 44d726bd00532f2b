import type { Fault } from '../fault';
import { boundaryFaults } from './boundary-faults';
import { brokerFaults, messageFaults } from './broker-faults';
import { clusterFaults } from './cluster-faults';
import { databaseFaults, disasterFaults } from './database-faults';
import { networkFaults } from './network-faults';
import { redisFaults } from './redis-faults';
import { roleFaults, standaloneFaults } from './role-faults';

/** Every fault; those of a kind run one after another on the same servers. */
export const FAULTS: readonly Fault[] = [...roleFaults, ...boundaryFaults, ...brokerFaults, ...databaseFaults, ...redisFaults, ...messageFaults, ...networkFaults, ...disasterFaults, ...clusterFaults, ...standaloneFaults];
