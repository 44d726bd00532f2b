import { PublishedBoards } from '@scoreboard/application';
import type { BoardCatalog } from '@scoreboard/domain';

/** The boards of a process that is its own worker. */
export class MemoryPublishedBoards extends PublishedBoards {
  private catalog?: BoardCatalog;

  async publish(catalog: BoardCatalog): Promise<void> {
    this.catalog = catalog;
  }

  async read(): Promise<BoardCatalog | undefined> {
    return this.catalog;
  }
}
