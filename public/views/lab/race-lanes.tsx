import { contenders } from "../../../services/lab/contenders.ts";
import { round } from "../../../services/lab/report/words.ts";
import type { Race } from "./lanes.ts";
import { Marker } from "./marker.tsx";

/** The contenders side by side: a bar each, and a mark for every round it is the median of. */
export function RaceLanes({ race: { unit, lanes, most, leader } }: { race: Race }) {
  const share = (value: number) => `${most === 0 ? 0 : (value / most) * 100}%`;
  return (
    <ol class="race" aria-label={unit === "ms" ? "99 of 100 calls answered within, ms" : "Calls a second"}>
      {lanes.map(({ contender, round: at, rounds, value }) => (
        <li key={contender} class={contender} data-now={at === undefined ? undefined : ""}>
          <span class="race-name">
            <Marker contender={contender} /> {contenders[contender].title}
            {leader === contender && <span class="badge good">{unit === "ms" ? "soonest" : "ahead"}</span>}
          </span>
          <span class="race-track" aria-hidden="true">
            <span class="race-bar" style={{ width: share(value ?? 0) }} />
            {rounds.map((reached, index) => (
              <span key={index} class="race-mark" style={{ left: share(reached) }} />
            ))}
          </span>
          <span class="race-value">{value === undefined ? waits(at) : `${round(value)} ${unit}`}</span>
        </li>
      ))}
    </ol>
  );
}

const waits = (at: number | undefined): string => (at === undefined ? "–" : at === 0 ? "warming up" : "measuring");
