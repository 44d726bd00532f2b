/** The packages that every module of the process gets from this product, once `shareOurPackages` was called. */
export const OURS: readonly string[];

/** From here on, `require` and `import` of our packages find our copies. Call it once. */
export function shareOurPackages(): void;

/** Imports a CommonJS or ES module. */
export function importFile(path: string): Promise<{ readonly default?: unknown }>;

/** Imports a package that is installed in the working directory or above it. */
export function importPackage(name: string): Promise<{ readonly default?: unknown }>;
