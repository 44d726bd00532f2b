export * from './dead-letter-queue';
export * from './rabbitmq-dead-letters';
export * from './rabbitmq-score-queue';
export * from './rabbitmq.module';
