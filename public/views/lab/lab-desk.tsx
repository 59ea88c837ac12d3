import type { RunStatus } from "../../../services/lab/progress.ts";
import { Icon } from "../../components/icon.tsx";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { Downloads } from "./downloads.tsx";
import { Reports } from "./reports.tsx";
import { Results } from "./results.tsx";
import { Running } from "./running.tsx";
import { SettingsForm } from "./settings-form.tsx";
import { useLab } from "./use-lab.ts";

/** A run to begin, or the one under way; what the last one said; what is kept of those before. */
export function LabDesk() {
  const { value: status, failure, isLoading, again } = useLab();
  const isAbsent = failure?.code === "SERVICE_UNAVAILABLE";
  return (
    <>
      {isAbsent && (
        <Empty title="The lab is not running">
          It is a node of its own: <code>npm start</code> starts it with the others, <code>npm run node -- lab</code>{" "}
          alone. This page goes on by itself when it is there.
        </Empty>
      )}
      {failure && !isAbsent && <FailureNotice failure={failure} again={again} />}
      {status === undefined && !failure && isLoading && <Waiting what="the lab" />}
      {!failure && status?.state === "running" && <Running key={status.run} status={status} />}
      {!failure && status !== undefined && status?.state !== "running" && <SettingsForm started={again} />}
      {status && (
        <>
          <Ended status={status} />
          <Results verdict={status.verdict} absences={status.absences} cases={status.results} />
        </>
      )}
      {status !== undefined && !isAbsent && <Reports another={status?.reported ? status.run : undefined} />}
    </>
  );
}

/** How the last run ended. While one is under way it is there and empty, so that its end is read aloud. */
function Ended({ status: { state, reason, run, reported, results } }: { status: RunStatus }) {
  return (
    <div role="status" class={state === "running" ? "hidden" : undefined}>
      {state !== "running" && (
        <div class={`notice ${state === "complete" ? "good" : "warn"}`}>
          <Icon name={state === "complete" ? "check" : "warning"} />
          <div>
            <p class="notice-title">
              {state === "complete" ? "The run is complete." : `The run ended early: ${reason ?? "nobody says why"}.`}
            </p>
            {reported ? (
              <Downloads report={run} />
            ) : (
              <p>Nothing was kept{results.length === 0 && ": no case was done"}.</p>
            )}
          </div>
        </div>
      )}
    </div>
  );
}
