import type { ActionSchema, Service } from "moleculer";
import { ConfigError } from "../../config/load.ts";
import { CodedError } from "../../errors/index.ts";
import type { JsonRpcMethod } from "../exposure.ts";
import { fillIn, mistakesInTemplate } from "../message-template.ts";

type Params = Record<string, unknown>;

/** As a service calls its own. */
export interface ActionOptions {
  readonly requestID: string;
  /** ms */
  readonly timeout?: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}
type Action = (params: object, options: ActionOptions) => Promise<unknown>;

/** What a method name stands for. */
export interface Method {
  readonly action: Action;
  /** The parameters as the action names them. */
  readonly translate?: (params: Params) => Params;
  /** The result as this method's clients know it. */
  readonly says?: string;
}

/** The methods of a service: its exposed actions by their full names, and the other names these are known by. */
export class Methods {
  readonly #methods = new Map<string, Method>();

  /** @throws ConfigError when two actions have one name, or a result names what is no parameter */
  constructor(service: Service) {
    for (const [name, action] of Object.entries(service.schema.actions ?? {})) {
      const exposure = typeof action === "object" ? (action as ActionSchema).expose?.jsonRpc : undefined;
      if (exposure === undefined) continue;
      const call = service.actions[name] as Action;
      const operation = `${service.name}.${name}`;
      this.#add(operation, operation, { action: call });
      if (exposure === true) continue;
      for (const [alias, method] of Object.entries(exposure.also)) {
        const mistakes = mistakesInTemplate(method.says, (action as ActionSchema).params);
        if (mistakes.length > 0) throw new ConfigError(mistakes.map((each) => `${operation}: expose.jsonRpc: ${each}`));
        this.#add(alias, operation, known(method, action as ActionSchema, call));
      }
    }
  }

  /** @throws CodedError UNKNOWN_ACTION */
  find(name: string): Method {
    const method = this.#methods.get(name);
    if (method === undefined)
      throw new CodedError("UNKNOWN_ACTION", `there is no method ${JSON.stringify(shown(name))}`);
    return method;
  }

  #add(name: string, operation: string, method: Method): void {
    if (this.#methods.has(name)) {
      throw new ConfigError([
        `${operation}: expose.jsonRpc: another action has the method ${JSON.stringify(name)} already`,
      ]);
    }
    this.#methods.set(name, method);
  }
}

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}...` : name);

function known({ says }: JsonRpcMethod, { params = {} }: ActionSchema, action: Action): Method {
  const names = new Map(Object.keys(params).map((name) => [name.toLowerCase(), name]));
  const translate = (given: Params): Params =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]));
  return { action, says, translate };
}

/** Calls it, inside the node. */
export function callMethod(
  { action, translate, says }: Method,
  given: Params,
  options: ActionOptions,
): Promise<unknown> {
  const params = translate?.(given) ?? given;
  const answer = action(params, options);
  return says === undefined ? answer : answer.then(() => fillIn(says, params));
}
