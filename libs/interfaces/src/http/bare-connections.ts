import { bareAnswer, endConnection } from './bare-connection';
import { ignoreUpgrade } from './ignored-upgrade';

/** What is said on connections that Fastify does not serve. */
export const bareConnections = { answer: bareAnswer, end: endConnection, ignoreUpgrade };
