export * from './board';
export * from './identity';
export * from './leaderboard';
export * from './ledger-corrections';
export * from './refusal';
export * from './score';
export * from './score-ledger';
export * from './standing';
