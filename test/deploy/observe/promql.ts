/** A metric as a PromQL expression names it, with the labels that are asked of it there. */
export interface Mention {
  readonly metric: string;
  /** `label="value"`. */
  readonly equal: Readonly<Record<string, string>>;
  /** All labels that it is expected to have. */
  readonly labels: readonly string[];
}

const words = new Set("and or unless by without on ignoring group_left group_right bool offset".split(" "));

/**
 * The metrics in an expression. It reads as much of PromQL as dashboard and alerts use: every name that is no function, word
 * or label is a metric's.
 */
export function mentionsIn(expression: string): Mention[] {
  const grouped: string[] = [];
  const rest = expression
    .replace(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, labels: string) => {
      grouped.push(...labels.split(",").map((label) => label.trim()));
      return " ";
    })
    .replace(/\[[^\]]*\]/g, " ");
  const found = rest.matchAll(/([a-zA-Z_:][\w:]*)\s*(?:\{((?:[^}"]|"(?:[^"\\]|\\.)*")*)\})?(\s*\()?/g);
  return [...found].flatMap(([, metric = "", selector = "", call]) => {
    if (call !== undefined || words.has(metric)) return [];
    const matchers = [...selector.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)];
    const equal = matchers.flatMap(([, label = "", how, value = ""]) => (how === "=" ? [[label, value] as const] : []));
    const labels = [...matchers.map(([, label = ""]) => label), ...grouped];
    return [{ metric, equal: Object.fromEntries(equal), labels: [...new Set(labels)] }];
  });
}
