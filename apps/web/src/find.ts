/** Returns the first element that matches a selector. Throws if there is none. */
export function find<E extends HTMLElement = HTMLElement>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (!element) throw new Error(`the page has no element ${selector}`);
  return element;
}
