/** What the page must know of its surroundings; provided by the app. */
export abstract class PageOptions {
  /** The folder that holds the built page. */
  abstract readonly folder: string;
  /** Where its gateway is; null where that is at the page's own origin. */
  abstract readonly gatewayUrl: string | null;
  /** Whether strangers may play. */
  abstract readonly guestPlay: boolean;
  /** The origins whose pages may show the board in a frame. */
  abstract readonly frameOrigins: readonly string[];
}
