import { join } from 'node:path';

/** The folder of the built page, which apps that run from their sources do not have beside them. */
export const BUILT_PAGE = join(__dirname, '../../dist/apps/web');
