import { nodesWith } from "../../../protocols/endpoints.ts";
import type { ContenderName } from "../contenders.ts";
import { removeEntries } from "../leftovers.ts";
import type { Step } from "../progress.ts";
import { randomFrom, shuffled, textOf } from "../random.ts";
import type { CaseResult, Measurement } from "../results.ts";
import { type Case, casesOf, type Operation, type Settings, writesToLog } from "../settings.ts";
import { summarise } from "../summary.ts";
import { durationOf, partDone } from "../timing.ts";
import { ableTo, enterAll, patienceFrom } from "./able.ts";
import type { Arena, Entrant } from "./arena.ts";
import { watchMachine } from "./machine.ts";
import { measure } from "./measure.ts";
import { warmUp } from "./warm-up.ts";

interface Run {
  readonly settings: Settings;
  readonly arena: Arena;
  /** Names what the run leaves behind. */
  readonly id: string;
  readonly signal: AbortSignal;
  /** Told when the log may have something of the run. */
  readonly writes: () => void;
  /** @param done of the whole, 0 to 1 */
  readonly tell: (step: Step, done: number) => void;
}

/** Every case: each contender warmed up, longer before its first, then in several rounds, each in an order of its own. */
export async function measureAll({ settings, arena, id, signal, writes, tell }: Run): Promise<void> {
  const random = randomFrom(settings.seed);
  const cases = casesOf(settings);
  const results: CaseResult[] = [];
  const entrants = await enterAll(settings, arena, signal, (contender, operation, reason) =>
    tell({ type: "absent", absence: { contender, operation, reason } }, 0),
  );
  const patience = patienceFrom(Date.now(), signal);
  const able = new Map<Operation, readonly Entrant[]>();
  const part = (done: number, warmed = able.size) => partDone(settings, done, warmed);

  for (const [index, planned] of cases.entries()) {
    const { operation } = planned;
    if (!able.has(operation)) {
      if (operation === "logger.list") await stock(arena, id, random);
      const found = await ableTo(
        operation,
        arena,
        entrants,
        paramsOf(planned, arena, id, random),
        patience,
        (contender, reason) => tell({ type: "absent", absence: { contender, operation, reason } }, part(index)),
      );
      // Where no node was there to write, nothing is to be removed.
      if (writesToLog([operation]) && nodesWith(arena.broker, operation).length + found.length > 0) writes();
      await firstWarmUp(index, planned, found);
      able.set(operation, found);
    }
    if (signal.aborted) return;
    const of = planned.arrival === "open" ? { ...planned, rate: rateOf(planned, settings, results) } : planned;
    const racing = (able.get(operation) ?? []).filter(({ contender }) => fits(of, contender.form));
    const params = paramsOf(of, arena, id, random);
    const done = (round: number, turn: number) =>
      part(index + (round * racing.length + turn) / ((settings.rounds + 1) * racing.length));
    tell({ type: "case", index, case: of }, part(index));
    const machine = watchMachine();

    const measurements: Measurement[] = [];
    for (let round = 0; round <= settings.rounds && racing.length > 0; round++) {
      for (const [turn, entrant] of shuffled(racing, random).entries()) {
        const contender = entrant.contender.name;
        const duration = round === 0 ? settings.warmUp : durationOf(of, settings);
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
      if (operation === "logger.write") await removeWritten();
      if (signal.aborted) return;
    }
    const result = { ...summarise(index, of, measurements), machine: machine() };
    results.push(result);
    tell({ type: "result", result }, part(index + 1));
  }

  /** In the operation's first case. */
  async function firstWarmUp(index: number, planned: Case, found: readonly Entrant[]): Promise<void> {
    const { operation } = planned;
    const of = { ...planned, rate: rateOf(planned, settings, results) };
    const task = { of, params: paramsOf(of, arena, id, random), duration: settings.firstWarmUp, signal };
    const racing = found.filter(({ contender }) => fits(of, contender.form));
    for (const [turn, entrant] of racing.entries()) {
      if (signal.aborted) return;
      const contender = entrant.contender.name;
      const done = part(index, able.size + turn / racing.length);
      const tick = (throughput: number) => tell({ type: "tick", index, contender, round: 0, throughput }, done);
      tick(0);
      await warmUp(entrant, task, tick, async () => {
        if (operation === "logger.write") await removeWritten();
      });
    }
  }

  /** Each round finds the log as large as the others did; what cannot be removed now is at the end. */
  async function removeWritten(): Promise<void> {
    await removeEntries(arena.broker, id, signal).catch(() => undefined);
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

function paramsOf({ operation, payload = 0 }: Case, { login }: Arena, id: string, random: () => number): object {
  switch (operation) {
    case "lab.echo":
      return { payload: textOf(payload, random) };
    case "logger.write":
      return { name: "lab", data: textOf(payload, random), source: id };
    case "logger.list":
      return { source: id, pageSize: PAGE };
    case "auth.authenticate":
      return login;
  }
}
