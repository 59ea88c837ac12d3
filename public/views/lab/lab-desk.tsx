import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
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
      {!failure && status?.state === "running" && <Running status={status} stopped={again} />}
      {!failure && status !== undefined && status?.state !== "running" && <SettingsForm started={again} />}
      {status && (
        <>
          <p role="status" class={status.state === "running" ? "hidden" : "muted"}>
            {status.state === "complete" && "The run is complete."}
            {status.state === "partial" && `The run ended early: ${status.reason}`}
          </p>
          <Results verdict={status.verdict} absences={status.absences} cases={status.results} />
        </>
      )}
      {status !== undefined && !isAbsent && <Reports another={status?.reported ? status.run : undefined} />}
    </>
  );
}
