/** The virtual hosts of the test broker: one for each suite that runs roles on it. */
export const VHOSTS = ['extensions', 'full-redis', 'operator', 'path', 'rate-limits', 'rejected', 'tracing'] as const;
