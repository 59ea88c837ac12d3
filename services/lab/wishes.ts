import { type ActionParams, Validators } from "moleculer";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { contenderNames } from "./contenders.ts";
import {
  arrivals,
  bounds,
  LONGEST_RUN,
  operations,
  type PresetName,
  presetNames,
  presets,
  type Settings,
} from "./settings.ts";
import { estimate } from "./timing.ts";

/** What `lab.run` takes: a preset, and what differs from it. */
export type Wishes = Partial<Settings> & { readonly preset?: PresetName };

const several = (items: object) => ({
  type: "array",
  min: 1,
  max: contenderNames.length,
  unique: true,
  optional: true,
  items,
});
const whole = ([min, max]: readonly [number, number], optional = false) => ({
  type: "number",
  integer: true,
  min,
  max,
  optional,
});

/** The bounds, as Moleculer's validator has them. */
export const wishesSchema: ActionParams = {
  preset: { type: "enum", values: [...presetNames], optional: true },
  operations: several({ type: "enum", values: [...operations] }),
  contenders: several({ type: "enum", values: [...contenderNames] }),
  payloads: several(whole(bounds.payloads)),
  concurrency: several(whole(bounds.concurrency)),
  arrivals: several({ type: "enum", values: [...arrivals] }),
  rate: whole(bounds.rate, true),
  rounds: whole(bounds.rounds, true),
  duration: whole(bounds.duration, true),
  firstWarmUp: whole(bounds.firstWarmUp, true),
  warmUp: whole(bounds.warmUp, true),
  replicas: whole(bounds.replicas, true),
  seed: whole(bounds.seed, true),
};

/** For who has no action that checks them. @throws CodedError VALIDATION_FAILED */
export function checked(wishes: Wishes): Settings {
  try {
    new Validators.Fastest({}).validate({ ...wishes }, wishesSchema);
  } catch (error) {
    throw toCodedError(error);
  }
  return settingsFrom(wishes);
}

/** What is no setting is left out. @throws CodedError VALIDATION_FAILED when that would take too long */
export function settingsFrom({ preset = "quick", ...wishes }: Wishes): Settings {
  const given = Object.entries(wishes).filter(
    ([name, value]) => value !== undefined && Object.hasOwn(presets.quick, name),
  );
  const settings: Settings = { ...presets[preset], ...(Object.fromEntries(given) as Partial<Settings>) };
  const minutes = Math.ceil(estimate(settings) / 60_000);
  if (estimate(settings) <= LONGEST_RUN) return settings;
  const message = `The "rounds", "duration" and choices together would take ${minutes} minutes; ${LONGEST_RUN / 60_000} are the most.`;
  throw new CodedError("VALIDATION_FAILED", message, { data: [{ field: "rounds", message }] });
}
