type ServerVariable = 'TEST_DATABASE_URL' | 'TEST_REDIS_URL' | 'TEST_RABBITMQ_URL' | 'TEST_OPENSSL' | 'TEST_NGINX' | 'TEST_CHROMIUM' | 'TEST_FIREFOX' | 'TEST_PROMETHEUS';

/** `describe` for a suite that needs real servers, the openssl or nginx command, Prometheus, or a browser. If one is missing, a single skipped test names it and the reason. */
export function describeWith(needed: ServerVariable | readonly ServerVariable[], name: string, define: () => void): void {
  const missing = [needed].flat().filter((variable) => !process.env[variable]);
  if (!missing.length) {
    describe(name, define);
    return;
  }
  const reasons = missing.map((variable) => `no ${variable} (${process.env[`${variable}_MISSING`] ?? 'it is not set'})`);
  describe(name, () => it.skip(`NONE OF THIS WAS TESTED: ${reasons.join(', ')}`, () => undefined));
}
