export * from './audience';
export * from './gateway-options';
export * from './gateway.module';
