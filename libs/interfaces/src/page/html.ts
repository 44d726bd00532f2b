const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as the content of an element or of a quoted attribute. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Whether the picture of a user is loaded: only from the operator's origins. */
export const isShownPicture = (url: string | undefined, origins: readonly string[]): url is string => url !== undefined && origins.includes(new URL(url).origin);
