import { rulesOf } from "./rule.ts";

/** "sent to {to}" and {to: "x"} give "sent to x". */
export const fillIn = (template: string, values: object): string =>
  template.includes("{")
    ? template.replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name] ?? ""))
    : template;

/** What a template has filled in and is no parameter, a line each. */
export const mistakesInTemplate = (template: string, params?: object): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)]
    .filter(([, name = ""]) => !rulesOf(params).has(name))
    .map(([place]) => `"${template}": ${place} is no parameter`);
