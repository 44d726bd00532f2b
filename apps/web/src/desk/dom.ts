type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Makes an element. Children are elements or plain text; nothing is parsed as markup. An attribute that is false or undefined is left out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  element.append(...children);
  return element;
}

/** A button that calls `act`. `about` completes its name for screen readers, for buttons that have the same text. */
export function button(text: string, act: () => void, about = ''): HTMLButtonElement {
  const element = make('button', { 'type': 'button', 'aria-label': about ? `${text} ${about}` : undefined }, text);
  element.addEventListener('click', act);
  return element;
}

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment in the time zone of the device; the title has it in UTC. */
export const moment = (at: string): HTMLElement => make('time', { datetime: at, title: at }, TIME.format(new Date(at)));

const NUMBER = new Intl.NumberFormat();

/** A number as the operator's language writes it. */
export const number = (value: number): string => NUMBER.format(value);

/** `1 update`, `3 updates`. */
export const counted = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The text of an error, for the operator. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
