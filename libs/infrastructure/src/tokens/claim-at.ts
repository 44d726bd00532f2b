/**
 * The claim with this name, or otherwise the value at this path of names, separated by dots. Names may contain dots, as in
 * `https://example.com/app.player`: at each step the longest existing name is tried first. Undefined if there is none.
 */
export function claimAt(claims: unknown, path: string): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined;
  if (Object.hasOwn(claims, path)) return valueOf(claims, path);
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    const found = Object.hasOwn(claims, name) ? claimAt(valueOf(claims, name), path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const valueOf = (claims: object, name: string): unknown => (claims as Readonly<Record<string, unknown>>)[name];
