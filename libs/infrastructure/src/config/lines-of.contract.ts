import { SettingsError } from './settings-error';

/** What settings are refused with when they are read; nothing if they are accepted. */
export function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
  return [];
}
