/** The pattern for LIKE of an action; a * at its end stands for anything. */
export function toPattern(action: string): string {
  const literal = action.replace(/\*$/, '').replace(/[\\%_]/g, '\\$&');
  return action.endsWith('*') ? `${literal}%` : literal;
}
