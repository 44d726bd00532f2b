export * from './dead-letter-queue';
export * from './feed.module';
export * from './queue.module';
export * from './rabbitmq-dead-letters';
export * from './rabbitmq-score-queue';
