export type { Need, Tell } from './act';
export * from './acts';
export * from './control-client';
export * from './control-server';
export * from './exit-codes';
export * from './operator-ports';
