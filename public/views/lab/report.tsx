import { surroundingsText } from "../../../services/lab/report/words.ts";
import type { Report as LabReport } from "../../../services/lab/results.ts";
import { call } from "../../api/gateway.ts";
import { FailureNotice, Waiting } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { useLoading } from "../../lib/loading.ts";
import { Downloads } from "./downloads.tsx";
import { Results } from "./results.tsx";

/** One kept report. */
export function Report({ id }: { id: string }) {
  const path = `/lab/reports/${encodeURIComponent(id)}`;
  const { value, failure, isLoading, again } = useLoading(id, (signal) =>
    call<LabReport>("GET", path, undefined, signal),
  );
  return (
    <>
      <p>
        <a href="#/lab">Back to the lab</a>
      </p>
      {failure && <FailureNotice failure={failure} again={again} />}
      {!value && isLoading && <Waiting what="the report" />}
      {value && (
        <>
          <section class="card" aria-labelledby="report-title">
            <header class="card-head">
              <h2 id="report-title">
                Run of <Time iso={value.began} />
              </h2>
              <span class={`badge ${value.state === "complete" ? "good" : "warn"}`}>{value.state}</span>
            </header>
            {value.reason !== undefined && <p>It ended early: {value.reason}.</p>}
            <ul class="fine">
              {surroundingsText(value).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <Downloads report={id} />
          </section>
          <Results verdict={value.verdict} absences={value.absences} cases={value.cases} />
        </>
      )}
    </>
  );
}
