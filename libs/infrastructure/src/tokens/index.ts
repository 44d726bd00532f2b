export * from './jwt-signer';
export * from './jwt-verifier';
export * from './jwt.strategy';
export * from './tokens.module';
