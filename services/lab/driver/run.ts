import { setTimeout as delay } from "node:timers/promises";
import { CodedError, toCodedError } from "../../../errors/index.ts";
import type { ContenderName } from "../contenders.ts";
import { removeEntries } from "../leftovers.ts";
import type { Step } from "../progress.ts";
import { randomFrom, shuffled, textOf } from "../random.ts";
import type { CaseResult, Measurement } from "../results.ts";
import { type Case, casesOf, type Operation, type Settings } from "../settings.ts";
import { summarise } from "../summary.ts";
import { type Arena, type Entrant, Missing } from "./arena.ts";
import { callOptions } from "./caller.ts";
import { measure } from "./measure.ts";

interface Run {
  readonly settings: Settings;
  readonly arena: Arena;
  /** Names what the run leaves behind. */
  readonly id: string;
  readonly signal: AbortSignal;
  /** @param done of the whole, 0 to 1 */
  readonly tell: (step: Step, done: number) => void;
}

/** How long the nodes may take to be found, ms. */
const PATIENCE = 5_000;
const POLL = 100;

/** Every case: each contender warmed up, then in several rounds, each in an order of its own. */
export async function measureAll({ settings, arena, id, signal, tell }: Run): Promise<void> {
  const random = randomFrom(settings.seed);
  const cases = casesOf(settings);
  const results: CaseResult[] = [];
  const entrants = await enterAll(settings, arena, (contender, operation, reason) =>
    tell({ type: "absent", absence: { contender, operation, reason } }, 0),
  );
  const patience = Date.now() + PATIENCE;
  const able = new Map<Operation, readonly Entrant[]>();

  for (const [index, planned] of cases.entries()) {
    const { operation } = planned;
    if (!able.has(operation)) {
      if (operation === "logger.list") await stock(arena, id, random);
      const found = await ableTo(operation, entrants, paramsOf(planned, id, random), patience, (contender, reason) =>
        tell({ type: "absent", absence: { contender, operation, reason } }, index / cases.length),
      );
      able.set(operation, found);
    }
    const of = planned.arrival === "open" ? { ...planned, rate: rateOf(planned, settings, results) } : planned;
    const racing = (able.get(operation) ?? []).filter(({ contender }) => fits(of, contender.form));
    const params = paramsOf(of, id, random);
    const done = (round: number, turn: number) =>
      (index + (round * racing.length + turn) / ((settings.rounds + 1) * racing.length)) / cases.length;
    tell({ type: "case", index, case: of }, index / cases.length);

    const measurements: Measurement[] = [];
    for (let round = 0; round <= settings.rounds; round++) {
      for (const [turn, entrant] of shuffled(racing, random).entries()) {
        const contender = entrant.contender.name;
        const duration = round === 0 ? settings.warmUp : settings.duration;
        const tick = (throughput: number) =>
          tell({ type: "tick", index, contender, round, throughput }, done(round, turn));
        tick(0);
        const figures = await measure(entrant, { of, params, duration, signal }, tick);
        if (signal.aborted) return;
        if (round === 0) continue;
        const measurement = { case: index, contender, round, ...figures };
        measurements.push(measurement);
        tell({ type: "measured", measurement }, done(round, turn + 1));
      }
      // Each round finds the log as large as the others did; what cannot be removed now is at the end.
      if (operation === "logger.write") await removeEntries(arena.broker, id).catch(() => undefined);
    }
    const result = summarise(index, of, measurements);
    results.push(result);
    tell({ type: "result", result }, (index + 1) / cases.length);
  }
}

async function enterAll(
  { contenders, operations }: Settings,
  arena: Arena,
  absent: (contender: ContenderName, operation: Operation, reason: string) => void,
): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const name of contenders) {
    try {
      entrants.push(await arena.enter(name));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      for (const operation of operations) absent(name, operation, error.message);
    }
  }
  return entrants;
}

/** Those over which one call of the operation succeeds. @param patience `Date.now()` until when the nodes are waited for */
async function ableTo(
  operation: Operation,
  entrants: readonly Entrant[],
  params: object,
  patience: number,
  absent: (contender: ContenderName, reason: string) => void,
): Promise<Entrant[]> {
  const able: Entrant[] = [];
  for (const entrant of entrants) {
    const { contender } = entrant;
    try {
      if (contender.mesh !== undefined && operation !== "lab.echo") throw new Missing("only lab.echo is served there");
      await firstCall(operation, entrant, params, patience);
      able.push(entrant);
    } catch (error) {
      absent(contender.name, error instanceof Missing ? error.message : toCodedError(error).message);
    }
  }
  return able;
}

/** The registry may not know the node yet. */
async function firstCall(operation: Operation, { client }: Entrant, params: object, patience: number): Promise<void> {
  for (;;) {
    try {
      await client.call(operation, params, callOptions());
      return;
    } catch (error) {
      const isAway = error instanceof CodedError && error.type === "SERVICE_UNAVAILABLE";
      if (!isAway || Date.now() > patience) throw error;
      await delay(POLL);
    }
  }
}

/** Who is not answered one by one has no latency to compare; streams carry text only. */
const fits = ({ arrival, payload }: Case, form: Entrant["contender"]["form"]): boolean =>
  form === "call" || (arrival === "closed" && payload !== undefined);

/** Half of what the slowest carried, so that all can: else one would be measured at its limit, and another at rest. */
function rateOf({ operation, payload }: Case, { rate }: Settings, results: readonly CaseResult[]): number {
  if (rate > 0) return rate;
  const best = new Map<ContenderName, number>();
  for (const { case: of, summaries } of results) {
    if (of.operation !== operation || of.payload !== payload) continue;
    for (const { contender, throughput, latency } of summaries) {
      if (latency !== undefined) best.set(contender, Math.max(best.get(contender) ?? 0, throughput.median));
    }
  }
  const slowest = Math.min(...best.values());
  return Number.isFinite(slowest) && slowest > 1 ? Math.floor(slowest / 2) : DEFAULT_RATE;
}

/** Entries there are to list, and how many a call gets: as many in a new log as in a full one. */
const STOCK = 100;
const PAGE = 20;

/** Where there is no log, the first call says so. */
async function stock({ broker }: Arena, id: string, random: () => number): Promise<void> {
  const write = () => broker.call("logger.write", { name: "lab", data: textOf(200, random), source: id });
  await Promise.allSettled(Array.from({ length: STOCK }, write));
}

/** Calls a second, when nothing was measured to take it from. */
const DEFAULT_RATE = 100;

function paramsOf({ operation, payload = 0 }: Case, id: string, random: () => number): object {
  switch (operation) {
    case "lab.echo":
      return { payload: textOf(payload, random) };
    case "logger.write":
      return { name: "lab", data: textOf(payload, random), source: id };
    case "logger.list":
      return { source: id, pageSize: PAGE };
    case "auth.authenticate":
      return { email: "admin@example.com", password: "verysecret" };
  }
}
