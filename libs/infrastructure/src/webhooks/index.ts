export * from './webhook-request';
export * from './webhooks.module';
