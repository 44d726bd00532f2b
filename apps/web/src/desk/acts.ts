import type { Api, Change } from './api';
import type { Act, Effect } from './confirm';
import { counted } from './dom';

interface Reversed {
  readonly reversed: number;
  readonly points: number;
}

/** The updates of a user that are taken back. Times are RFC 3339. */
export interface Window {
  readonly userId: string;
  readonly from?: string;
  readonly to?: string;
  readonly action?: string;
}

const simple = (title: string, verb: string, effect: string, done: string, request: Act['request']): Act => ({ title, verb, effect, hasReason: true, request, done: () => done });

const hiddenPath = (userId: string): string => `/api/moderation/hidden/${encodeURIComponent(userId)}`;
const namePath = (userId: string): string => `/api/moderation/names/${encodeURIComponent(userId)}`;

export const hide = (userId: string): Act =>
  simple(`Hide ${userId}?`, 'Hide', 'The player disappears from all boards. Points are kept, and new ones still count. You can show the player again.', `${userId} is hidden.`, (reason) => ({
    ...({ method: 'PUT', path: hiddenPath(userId), body: { reason } } as const),
  }));

export const showAgain = (userId: string): Act =>
  simple(`Show ${userId} again?`, 'Show again', 'The player appears on the boards again, with all points.', `${userId} is shown again.`, (reason) => ({
    ...({ method: 'DELETE', path: hiddenPath(userId), body: { reason } } as const),
  }));

export const takeName = (userId: string): Act =>
  simple(`Take the name of ${userId} away?`, 'Take the name', 'Boards show the user id, and the player cannot choose a name until you allow it.', `The name of ${userId} is taken away.`, (reason) => ({
    ...({ method: 'DELETE', path: namePath(userId), body: { reason } } as const),
  }));

export const allowName = (userId: string): Act =>
  simple(`Let ${userId} have a name again?`, 'Allow a name', 'The player may choose a name again.', `${userId} may have a name again.`, (reason) => ({
    ...({ method: 'PUT', path: namePath(userId), body: { reason } } as const),
  }));

/** Takes one update back. */
export const reverseCommand = (api: Api, commandId: string): Act => reversal(api, `Reverse the update ${commandId}?`, { commandId });

/** Takes all updates of a user in a time back, or those of one action. */
export const reverseWindow = (api: Api, window: Window): Act => {
  const { userId, from, to, action } = window;
  const limits = [action && `of ${action}`, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
  return reversal(api, `Reverse the updates of ${userId}${limits ? ` ${limits}` : ''}?`, window);
};

function reversal(api: Api, title: string, what: object): Act {
  const request = (reason: string, dryRun: boolean): Change => ({ method: 'POST', path: '/api/moderation/reversals', body: { ...what, reason, dryRun } });
  let expected: Reversed | undefined;
  const effect = async (): Promise<Effect> => {
    expected = await api.change<Reversed>(request('Preview', true));
    const isEmpty = expected.reversed === 0;
    return { text: isEmpty ? 'There is nothing to reverse: no such updates, or they are reversed already.' : `This takes back ${shown(expected)}. Boards change at once.`, isEmpty };
  };
  const done = (answer: unknown): string => {
    const reversed = answer as Reversed;
    const isOther = expected && reversed.reversed !== expected.reversed;
    return `Reversed ${shown(reversed)}.${isOther ? ` The preview said ${shown(expected!)}: something changed in between, perhaps by another operator.` : ''}`;
  };
  return { title, verb: 'Reverse', effect, hasReason: true, request: (reason) => request(reason, false), done };
}

const shown = ({ reversed, points }: Reversed): string => `${counted(reversed, 'update')} with ${counted(points, 'point')}`;
