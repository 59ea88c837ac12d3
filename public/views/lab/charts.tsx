import { useId, useState } from "preact/hooks";
import { contenderNames, contenders } from "../../../services/lab/contenders.ts";
import {
  againstConcurrency,
  againstPayload,
  atFixedRate,
  type Figure as FigureData,
} from "../../../services/lab/report/series.ts";
import type { CaseResult } from "../../../services/lab/results.ts";
import { Figure } from "./figure.tsx";
import { Marker } from "./marker.tsx";

const axes = [
  { title: "Payload", figuresOf: againstPayload },
  { title: "Calls in flight", figuresOf: againstConcurrency },
  { title: "Fixed rate", figuresOf: atFixedRate },
] as const;

/** One place on the x axis shows no course; the tables have it. */
const hasCourse = ({ x, series }: FigureData): boolean => x.length > 1 && series.length > 0;

/** Every figure against what was varied; they fill in as cases are done. */
export function Charts({ title: heading, cases }: { title: string; cases: readonly CaseResult[] }) {
  const id = useId();
  const [axis, setAxis] = useState<string>();
  const [fixed, setFixed] = useState<string>();
  const drawn = axes
    .map(({ title, figuresOf }) => ({ title, figures: figuresOf(cases).filter(hasCourse) }))
    .filter(({ figures }) => figures.length > 0);
  const shown = drawn.find(({ title }) => title === axis) ?? drawn[0];
  if (shown === undefined) return null;
  const holds = [...new Set(shown.figures.map((figure) => figure.fixed).filter((held) => held !== ""))];
  const held = holds.find((one) => one === fixed) ?? holds.at(-1);
  const figures = shown.figures.filter((figure) => figure.fixed === "" || figure.fixed === held);
  const names = new Set(figures.flatMap(({ series }) => series.map(({ contender }) => contender)));
  return (
    <section class="card" aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{heading}</h2>
        <div class="actions">
          <fieldset class="switch">
            <legend class="hidden">Against</legend>
            {drawn.map(({ title }) => (
              <button key={title} type="button" aria-pressed={title === shown.title} onClick={() => setAxis(title)}>
                {title}
              </button>
            ))}
          </fieldset>
          {holds.length > 1 && (
            <label class="inline">
              at
              <select value={held} onChange={(event) => setFixed(event.currentTarget.value)}>
                {holds.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      </header>
      <ul class="legend">
        {contenderNames
          .filter((name) => names.has(name))
          .map((name) => (
            <li key={name}>
              <Marker contender={name} /> {contenders[name].title}
            </li>
          ))}
      </ul>
      <div class="plots">
        {figures.map((figure) => (
          <Figure key={figure.title} figure={figure} />
        ))}
      </div>
      <p class="fine">
        The scales are logarithmic: twice as much is the same way up everywhere. The bar behind a mark is its interval.
      </p>
    </section>
  );
}
