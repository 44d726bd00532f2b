import type { BoardCatalog } from '@scoreboard/domain';

/** Where workers publish the boards and their periods for every process, some of which have no database. */
export abstract class PublishedBoards {
  /** Replaces what was published. Repeated every second, so that a loss is repaired. */
  abstract publish(catalog: BoardCatalog): Promise<void>;

  /** What was published last; undefined if nothing is known, for example because the server lost its data. */
  abstract read(): Promise<BoardCatalog | undefined>;
}
