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
  /** What a player's page shows if the player has not chosen; `off`: no player has a page. */
  abstract readonly playerPages: 'off' | 'places' | 'activity';
  /** The address of the page for link previews, without a slash at the end; undefined: previews have no picture. */
  abstract readonly pageUrl?: string;
  /** Whether the desk for operators is served. */
  abstract readonly desk: boolean;
}
