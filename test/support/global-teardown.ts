/** Their data is thrown away, so nothing is gained by an orderly end. */
export default async function globalTeardown(): Promise<void> {
  const { postgres, redis, rabbitmq } = globalThis.testServers ?? {};
  await Promise.all([postgres, redis, rabbitmq].map((server) => server?.kill()));
}
