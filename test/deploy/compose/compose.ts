import { parse } from "yaml";

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly args?: Readonly<Record<string, string>>; readonly target?: string };
  readonly environment?: Readonly<Record<string, string | number | boolean>>;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly configs?: readonly (string | { readonly source: string })[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly unknown[];
  readonly healthcheck?: object;
  /** Swarm takes the list alone. */
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: Readonly<Record<string, unknown>>;
}

interface Outside {
  readonly external?: boolean;
  readonly file?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, object>>;
  readonly volumes?: Readonly<Record<string, object>>;
  readonly configs?: Readonly<Record<string, Outside>>;
  readonly secrets?: Readonly<Record<string, Outside>>;
}

/** As Compose reads it where no variable is set: `${NAME:-default}` is the default. @throws Error where it is no YAML */
export function parseCompose(text: string): ComposeFile {
  const filledIn = text.replace(/\$\{\w+(?::-([^}]*))?\}/g, (_, value: string = "") => value);
  return parse(filledIn, { merge: true }) as ComposeFile;
}

/** The override over the file, by Compose's rule: maps are merged, lists joined, the rest replaced. */
export function overlaid<T>(base: T, over: unknown): T {
  if (Array.isArray(base) && Array.isArray(over)) return [...new Set([...base, ...over])] as T;
  if (!isMap(base) || !isMap(over)) return over as T;
  const merged = Object.entries(over).map(([key, value]) => [key, key in base ? overlaid(base[key], value) : value]);
  return { ...base, ...Object.fromEntries(merged) };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const sources = (of: readonly (string | { readonly source: string })[] = []): string[] =>
  of.map((item) => (typeof item === "string" ? item : item.source));
