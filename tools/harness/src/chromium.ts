import { findBinary } from './binary';

/** The Debian package that has it. */
export const CHROMIUM_PACKAGE = 'chromium';

/** Chrome and its like, by the names they are installed under. */
export const findChromium = () => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findBinary(name)).find(Boolean);
