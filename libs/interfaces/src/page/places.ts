import { checkBeginning, MAX_SOUGHT, type FindPlayers, type ReadBoards, type ShownEntry, type ShowUsers } from '@scoreboard/application';
import { BOARD_SIZE, isText, MAX_TOP, Refusal } from '@scoreboard/domain';

/** How many players a search on the page shows. */
const MOST_FOUND = 50;

/** What is shown below the ten of a board: places from a rank on, or the players whose name begins so; or neither, until the visitor asks. */
export interface Places {
  readonly from?: number;
  /** The last rank that the page has room for. */
  readonly to?: number;
  readonly name?: string;
  readonly entries?: readonly ShownEntry[];
  /** Why there are no entries. */
  readonly problem?: 'tooShort' | 'notNow';
}

/** Pages end at 100, 200 and so on; the first one begins after the ten. */
export const endOfPage = (from: number): number => Math.ceil(from / MAX_TOP) * MAX_TOP;

export const startOfPageBefore = (from: number): number => Math.max(BOARD_SIZE + 1, Math.floor((from - 2) / MAX_TOP) * MAX_TOP + 1);

/** Reads what the query of the page's URL asks for. What makes no sense in it is left out: links are typed and cut. */
export class ReadPlaces {
  constructor(
    private readonly boards: ReadBoards,
    private readonly players: FindPlayers,
    private readonly users: ShowUsers,
  ) {}

  async execute(board: string, from: unknown, name: unknown): Promise<Places> {
    const asked = typeof name === 'string' && isText(name) && name.trim() ? { name } : typeof from === 'string' && /^\d{1,15}$/.test(from) ? rangeFrom(Number(from)) : {};
    try {
      return { ...asked, ...(await this.read(board, asked)) };
    } catch (error) {
      if (error instanceof Refusal) return { ...asked, problem: 'notNow' };
      throw error;
    }
  }

  private async read(board: string, { name, from, to }: Places): Promise<Pick<Places, 'entries' | 'problem'>> {
    if (name !== undefined) {
      if (name.length > MAX_SOUGHT) return { entries: [] };
      const { value, problem } = checkBeginning(name);
      return problem === undefined ? { entries: await this.players.onBoard(await this.boards.of(board), value, MOST_FOUND) } : { problem: 'tooShort' };
    }
    return from === undefined ? {} : { entries: await this.users.entries(await (await this.boards.of(board)).ranks(from, to! - from + 1)) };
  }
}

function rangeFrom(rank: number): Places {
  const from = Math.max(BOARD_SIZE + 1, rank);
  return { from, to: endOfPage(from) };
}
