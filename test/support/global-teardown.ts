/** The data is discarded, so the servers are killed instead of shut down. */
export default async function globalTeardown(): Promise<void> {
  const { postgres, redis, rabbitmq } = globalThis.testServers ?? {};
  await Promise.all([postgres, redis, rabbitmq].map((server) => server?.kill()));
}
