import { setTimeout as delay } from "node:timers/promises";
import { CodedError, toCodedError } from "../../../errors/index.ts";
import type { ContenderName } from "../contenders.ts";
import type { Operation, Settings } from "../settings.ts";
import { type Arena, type Entrant, Missing } from "./arena.ts";
import { callOptions, clientOf } from "./caller.ts";

/** Those whose meshes and clients can be had. */
export async function enterAll(
  { contenders, operations }: Settings,
  arena: Arena,
  signal: AbortSignal,
  absent: (contender: ContenderName, operation: Operation, reason: string) => void,
): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const name of contenders) {
    if (signal.aborted) break;
    try {
      entrants.push(await arena.enter(name));
    } catch (error) {
      for (const operation of operations) absent(name, operation, (error as Error).message);
    }
  }
  return entrants;
}

/** How long the nodes may take to be found, ms. */
const PATIENCE = 5_000;
const POLL = 100;

interface Patience {
  readonly until: number;
  readonly signal: AbortSignal;
}

/** Nodes are waited for together, whoever asks for them. @param now as `Date.now()` */
export const patienceFrom = (now: number, signal: AbortSignal): Patience => ({ until: now + PATIENCE, signal });

/** Those over which one call of the operation succeeds. */
export async function ableTo(
  operation: Operation,
  arena: Arena,
  entrants: readonly Entrant[],
  params: object,
  patience: Patience,
  absent: (contender: ContenderName, reason: string) => void,
): Promise<Entrant[]> {
  const able: Entrant[] = [];
  const refused = operation === "auth.authenticate" ? await refusedLogin(arena, params, patience) : undefined;
  for (const entrant of entrants) {
    const { contender } = entrant;
    if (patience.signal.aborted) break;
    try {
      if (refused !== undefined) throw new Missing(refused);
      if (contender.mesh !== undefined && operation !== "lab.echo") throw new Missing("only lab.echo is served there");
      await firstCall(operation, entrant, params, patience);
      able.push(entrant);
    } catch (error) {
      absent(contender.name, error instanceof Missing ? error.message : toCodedError(error).message);
    }
  }
  return able;
}

/** Why nobody can log in, if so. Asked once: each login that is refused counts against the account. */
async function refusedLogin(
  { broker, login: { email, password } }: Arena,
  params: object,
  patience: Patience,
): Promise<string | undefined> {
  if (password === undefined) return "LAB_PASSWORD has no password to log in with";
  try {
    await firstCall("auth.authenticate", { client: clientOf("mesh", broker) }, params, patience);
    return undefined;
  } catch (error) {
    const { type, message } = toCodedError(error);
    // Where no node is, each way says so itself.
    if (type === "SERVICE_UNAVAILABLE") return undefined;
    return `the login of ${email}, which LAB_EMAIL and LAB_PASSWORD name, failed: ${message}`;
  }
}

/** The registry may not know the node yet. */
async function firstCall(
  operation: Operation,
  { client }: Pick<Entrant, "client">,
  params: object,
  { until, signal }: Patience,
): Promise<void> {
  for (;;) {
    try {
      await client.call(operation, params, callOptions());
      return;
    } catch (error) {
      const isAway = error instanceof CodedError && error.type === "SERVICE_UNAVAILABLE";
      if (!isAway || Date.now() > until || signal.aborted) throw error;
      await delay(POLL);
    }
  }
}
