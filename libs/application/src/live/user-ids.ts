/** The ids under which users stand outside. */
export abstract class UserIds {
  /** The id that goes out. O(1). */
  abstract shown(userId: string): string;

  /** The user whom an id from outside names: the user's own id or the shown one. `holder`: the user of the caller's token. An unknown id is returned as it is. */
  abstract userOf(id: string, holder?: string): Promise<string>;
}

/** Users stand under their own ids. */
export class OwnUserIds extends UserIds {
  shown(userId: string): string {
    return userId;
  }

  async userOf(id: string): Promise<string> {
    return id;
  }
}
