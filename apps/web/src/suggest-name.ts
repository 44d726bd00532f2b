const QUALITIES = 'Able Brave Bright Calm Clever Cosy Eager Fair Gentle Golden Happy Honest Jolly Kind Lively Lucky Merry Mighty Noble Proud Quick Quiet Silver Swift';
const ANIMALS = 'Badger Beaver Crane Dolphin Eagle Falcon Finch Fox Hare Heron Koala Lark Lynx Marten Otter Owl Panda Puffin Raven Robin Seal Tiger Turtle Wren';

/** Two words, such as `Brave Otter`. */
export const suggestName = (): string => [QUALITIES, ANIMALS].map((words) => oneOf(words.split(' '))).join(' ');

const oneOf = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)]!;
