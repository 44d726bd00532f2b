export * from './error-reporter';
export * from './ledger-reads';
