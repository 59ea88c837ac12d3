import { useState } from "preact/hooks";
import type { RunStatus } from "../../../services/lab/progress.ts";
import { call } from "../../api/gateway.ts";
import { FailureNotice } from "../../components/notice.tsx";
import { useDoing } from "../../lib/doing.ts";
import { raceOf } from "./lanes.ts";
import { RaceLanes } from "./race-lanes.tsx";
import { aboutTime, caseTitle } from "./words.ts";

/** The run under way: whose turn it is, how far it is, and a way to end it. */
export function Running({ status }: { status: RunStatus }) {
  // Calls in flight come to their end first: that it stops is told before it has.
  const [isStopping, setStopping] = useState(false);
  const doing = useDoing();
  const { cases, done, estimate, now, results, settings } = status;
  const index = now?.index ?? results.length;
  const of = cases[index];
  const race = raceOf(status);
  const stop = () =>
    doing.run(async () => {
      await call("DELETE", "/lab");
      setStopping(true);
    });
  return (
    <section class="card" aria-labelledby="running-title">
      <header class="card-head">
        <h2 id="running-title">{of === undefined ? "Getting ready" : caseTitle(of)}</h2>
        <button type="button" class="danger" disabled={doing.isBusy || isStopping} onClick={stop}>
          {doing.isBusy || isStopping ? "Stopping" : "Stop"}
        </button>
      </header>
      <p class="hidden" role="status">
        Case {index + 1} of {cases.length}
      </p>
      <RaceLanes race={race} />
      <progress class="run-progress" aria-label="Progress of the run" value={done} max={1} />
      <p class="run-course fine">
        <span>
          Case {index + 1} of {cases.length}
          {now !== undefined && (now.round === 0 ? ", warming up" : `, round ${now.round} of ${settings.rounds}`)}
        </span>
        <span>about {aboutTime(estimate * (1 - done))} left</span>
      </p>
      {race.unit === "ms" && (
        <p class="fine">At a fixed rate all carry the same: shorter waits are better, 99 of 100 calls within.</p>
      )}
      {doing.failure && <FailureNotice failure={doing.failure} />}
    </section>
  );
}
