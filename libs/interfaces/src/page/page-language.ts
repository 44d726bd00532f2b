import Negotiator from 'negotiator';

/** The languages of the page, as `?lang=` names them. */
export const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What `?lang=` says or, where that is not one of ours, the best that the browser accepts (RFC 9110, section 12.5.4); otherwise English. */
export function pageLanguage(asked: unknown, accepted: string | undefined): Language {
  const listed = LANGUAGES.find((language) => language === asked);
  return listed ?? (new Negotiator({ headers: { 'accept-language': accepted } }).language([...LANGUAGES]) as Language | undefined) ?? 'en';
}
