/** The virtual hosts of the test broker: one for each suite that runs roles on it. */
export const VHOSTS = ['flags', 'display-names', 'extensions', 'full-redis', 'operator', 'own-app', 'path', 'rate-limits', 'rejected', 'tracing'] as const;
