const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const WINDOW = /\[[^\]]*\]/g;
/** A text that is an argument of a function, as of label_replace. */
const ARGUMENT = /,\s*"[^"]*"(?=\s*[,)])/g;
/** A name that is no call of a function, and no part of a number, with the labels that are asked for. */
const SELECTOR = /(?<![\w.:])([a-zA-Z_:][\w:]*)(?![\w:]|\s*\()(\{[^}]*\})?/g;
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'without', 'on', 'ignoring']);

/** The series that a PromQL expression asks for: `name{labels}`, once each. */
export function selectorsOf(expr: string): string[] {
  const found = [...expr.replace(GROUPING, ' ').replace(WINDOW, '').replace(ARGUMENT, '').matchAll(SELECTOR)];
  return [...new Set(found.filter(([, name]) => !OPERATORS.has(name!)).map(([, name, labels = '']) => name + labels))];
}

/** The names of their metrics. */
export const metricsOf = (expr: string): string[] => [...new Set(selectorsOf(expr).map((selector) => selector.split('{')[0]!))];
