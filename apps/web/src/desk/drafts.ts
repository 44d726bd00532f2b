import { KeptValue } from '../kept-value';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const drafts = new KeptValue<Record<string, string>>('desk-drafts', 'tab');

/** Keeps what is typed into every field with `data-draft` while the tab is open, so that a reload loses nothing. */
export function keepDrafts(): void {
  for (const field of document.querySelectorAll<Field>('[data-draft]')) field.value = draft(field.dataset.draft!) ?? field.value;
  document.addEventListener('input', ({ target }) => {
    const name = (target as HTMLElement).dataset.draft;
    if (name) setDraft(name, (target as Field).value);
  });
}

export const draft = (name: string): string | undefined => drafts.get()?.[name];

/** An empty text forgets the draft. */
export function setDraft(name: string, text: string): void {
  const { [name]: _old, ...others } = drafts.get() ?? {};
  drafts.set(text ? { ...others, [name]: text } : others);
}

export const forgetDrafts = (): void => drafts.set(undefined);
