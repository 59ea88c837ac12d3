/** What is read of fastest-validator's rules, for what lies before and beside the validation. */
export interface Rule {
  readonly type: string;
  readonly optional?: boolean;
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** Of an enum. */
  readonly values?: readonly unknown[];
  readonly pattern?: unknown;
  /** Of an array; a rule, as an action writes it. */
  readonly items?: unknown;
  /** Of an object. */
  readonly props?: object;
  /** Of a record: rules of its names and its values. */
  readonly key?: unknown;
  readonly value?: unknown;
  /** Of `multi`: each in the form of a rule, as an action writes it. */
  readonly rules?: readonly unknown[];
  /** JSON Schema for what a rule cannot say: a custom check's. */
  readonly schema?: object;
}

/** An action's parameters by their names; `$$strict` and the like are none. */
export const rulesOf = (params: object = {}): Map<string, Rule> =>
  new Map(
    Object.entries(params).flatMap(([name, given]) => (name.startsWith("$$") ? [] : [[name, toRule(given)] as const])),
  );

/** The rules of these parameters; of one that has none, or whose action is not there now, that it may be anything. */
export function rulesNamed(params: object | undefined, names: readonly string[]): Map<string, Rule> {
  const known = rulesOf(params);
  return new Map(names.map((name) => [name, known.get(name) ?? { type: "any", optional: true }]));
}

/** A rule in any of its forms: `{ type }`, `"number|optional"`, or several, of which one is to hold. */
export function toRule(given: unknown): Rule {
  if (typeof given === "string") return fromShorthand(given);
  if (!Array.isArray(given)) return given as Rule;
  return { type: "multi", rules: given, optional: given.every((one) => toRule(one).optional === true) };
}

function fromShorthand(text: string): Rule {
  const [type = "any", ...properties] = text.split("|").map((part) => part.trim());
  const rule = type.endsWith("[]") ? { type: "array", items: type.slice(0, -2) } : { type };
  return { ...rule, ...Object.fromEntries(properties.map(property)) };
}

function property(text: string): [string, unknown] {
  const [name = "", value = "true"] = text.split(":").map((part) => part.trim());
  if (value === "true" || value === "false") return [name, value === "true"];
  return [name, Number.isNaN(Number(value)) ? value : Number(value)];
}
