export * from './encryption.module';
export * from './key-ring-cipher';
