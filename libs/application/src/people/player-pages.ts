/** All that the page of a player can show. */
export const PAGE_CONTENTS = ['private', 'places', 'activity'] as const;

/**
 * What the page of a player shows to everybody: nothing, as if there were no such player (`private`); the places on the boards, which are public anyway (`places`);
 * or also when the points came and for which actions (`activity`).
 */
export type PageContents = (typeof PAGE_CONTENTS)[number];

/** What players decided about their pages, durably. */
export abstract class PlayerPages {
  /** Undefined if the player has not chosen. O(log n). */
  abstract find(userId: string): Promise<PageContents | undefined>;

  /** `undefined` takes the decision back. Durable on return. */
  abstract save(userId: string, shows: PageContents | undefined): Promise<void>;
}
