export * from './jwt-signer';
export * from './jwt-verifier';
export * from './jwt.strategy';
export * from './kept-secret';
export * from './key-ring';
export * from './security.module';
export * from './shared-hits';
export * from './sliding-window-limits';
