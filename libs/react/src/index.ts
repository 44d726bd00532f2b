export { type BoardOptions, type LiveBoard, useBoard } from './use-board.ts';
export { useMe } from './use-me.ts';
