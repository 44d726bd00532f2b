/** Settings of the page; provided by the app. */
export abstract class PageOptions {
  /** The folder that holds the built page. */
  abstract readonly folder: string;
  /** The gateway's URL; null if it has the page's own origin. */
  abstract readonly gatewayUrl: string | null;
  /** Whether guests may play. */
  abstract readonly guestPlay: boolean;
  /** Origins whose pages may embed the board in a frame. */
  abstract readonly frameOrigins: readonly string[];
  /** Origins from which pictures of users are loaded. */
  abstract readonly avatarOrigins: readonly string[];
  /** Whether the desk for operators is served. */
  abstract readonly desk: boolean;
}
