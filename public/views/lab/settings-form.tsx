import { useState } from "preact/hooks";
import { contenderNames, contenders } from "../../../services/lab/contenders.ts";
import { sizeText } from "../../../services/lab/report/words.ts";
import {
  bounds,
  carriesText,
  operations,
  presetNames,
  presets,
  type Settings,
} from "../../../services/lab/settings.ts";
import { call } from "../../api/gateway.ts";
import { FailureNotice } from "../../components/notice.tsx";
import { useDoing } from "../../lib/doing.ts";
import { Chips } from "./chips.tsx";
import { numberNames, numberTitles, offered, planOf, presetOf, toggled, usualContenders } from "./choices.ts";
import { operationTitles } from "./words.ts";

const further = contenderNames.filter((name) => !usualContenders.includes(name));
const presetTitles = { quick: "Quick", full: "Full" } as const;

/** What to compare, and how long that will take; nothing that the lab would refuse can be sent. */
export function SettingsForm({ started }: { started(): void }) {
  const [settings, setSettings] = useState<Settings>(presets.quick);
  const doing = useDoing();
  const plan = planOf(settings);
  const set = (change: Partial<Settings>) => setSettings((before) => ({ ...before, ...change }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    doing.run(async () => {
      await call("POST", "/lab", settings);
      started();
    });
  };
  const contenderChips = (legend: string, names: Settings["contenders"]) => (
    <Chips
      legend={legend}
      all={names}
      chosen={settings.contenders}
      says={(name) => contenders[name].title}
      toggle={(name) => set({ contenders: toggled(settings.contenders, name, contenderNames) })}
    />
  );
  const numberChips = (legend: string, name: "payloads" | "concurrency", says: (value: number) => string) => (
    <Chips
      legend={legend}
      all={offered(name, settings)}
      chosen={settings[name]}
      says={says}
      toggle={(value) => set({ [name]: toggled(settings[name], value, offered(name, settings)) })}
    />
  );
  return (
    <form class="card lab-form" aria-labelledby="lab-form-title" onSubmit={submit}>
      <header class="card-head">
        <h2 id="lab-form-title">A new run</h2>
        <fieldset class="switch">
          <legend class="hidden">Preset</legend>
          {presetNames.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={presetOf(settings) === name}
              onClick={() => setSettings(presets[name])}
            >
              {presetTitles[name]}
            </button>
          ))}
        </fieldset>
      </header>
      <div class="lab-choices">
        <label>
          Operation
          <select
            value={settings.operations[0]}
            onChange={(event) => set({ operations: operations.filter((name) => name === event.currentTarget.value) })}
          >
            {operations.map((name) => (
              <option key={name} value={name}>
                {operationTitles[name]}
              </option>
            ))}
          </select>
        </label>
        {contenderChips("Protocols", usualContenders)}
        {settings.operations.some(carriesText) && numberChips("Payload", "payloads", sizeText)}
        {numberChips("Calls in flight", "concurrency", String)}
      </div>
      <details>
        <summary>More</summary>
        <div class="lab-choices">
          {contenderChips("Other forms of the same", further)}
          <Chips
            legend="Beside calls in flight"
            all={["open"] as const}
            chosen={settings.arrivals}
            says={() => "calls at a fixed rate, whether answered or not"}
            toggle={() => set({ arrivals: toggled(settings.arrivals, "open", ["closed", "open"]) })}
          />
          <div class="lab-numbers">
            {numberNames.map((name) => (
              <label key={name}>
                {numberTitles[name]}
                <input
                  type="number"
                  required
                  min={bounds[name][0]}
                  max={bounds[name][1]}
                  value={Number.isNaN(settings[name]) ? "" : settings[name]}
                  onInput={(event) => set({ [name]: event.currentTarget.valueAsNumber })}
                />
              </label>
            ))}
          </div>
          <p class="fine">A fixed rate of 0 is half of what the slowest carried.</p>
        </div>
      </details>
      {doing.failure && <FailureNotice failure={doing.failure} />}
      <div class="actions">
        <button type="submit" class="primary" disabled={!plan.ok || doing.isBusy}>
          {doing.isBusy ? "Starting" : "Start"}
        </button>
        <p class={plan.ok ? "fine" : "fine bad-text"} role="status">
          {plan.ok ? plan.says : plan.problem}
        </p>
      </div>
    </form>
  );
}
