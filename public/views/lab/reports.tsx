import { contenders } from "../../../services/lab/contenders.ts";
import type { ReportEntry } from "../../../services/lab/results.ts";
import type { Operation } from "../../../services/lab/settings.ts";
import { call } from "../../api/gateway.ts";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { useLoading } from "../../lib/loading.ts";
import { operationTitles } from "./words.ts";

/** The reports that are kept, loaded anew when there is `another`. */
export function Reports({ another }: { another?: string }) {
  const list = useLoading(`reports ${another}`, (signal) =>
    call<ReportEntry[]>("GET", "/lab/reports", undefined, signal),
  );
  const { value, failure } = list;
  return (
    <section class="lab-reports" aria-labelledby="reports-title">
      <h2 id="reports-title">Reports</h2>
      {failure && <FailureNotice failure={failure} again={list.again} />}
      {!value && list.isLoading && <Waiting what="the reports" />}
      {value?.length === 0 && <Empty title="No reports yet">A run leaves one here once a case is done.</Empty>}
      {value && value.length > 0 && (
        <div class="card flush">
          <table class="rows">
            <caption class="hidden">Reports</caption>
            <thead>
              <tr>
                <th scope="col">Begun</th>
                <th scope="col">State</th>
                <th scope="col">Operation</th>
                <th scope="col">Protocols</th>
              </tr>
            </thead>
            <tbody>
              {value.map(({ id, began, state, operations, contenders: names }) => (
                <tr key={id}>
                  <th scope="row">
                    <a href={`#/lab/${id}`}>
                      <Time iso={began} />
                    </a>
                  </th>
                  <td>
                    <span class={`badge ${state === "complete" ? "good" : "warn"}`}>{state}</span>
                  </td>
                  <td>{operations.map((name) => operationTitles[name as Operation]).join(", ")}</td>
                  <td class="muted">{names.map((name) => contenders[name].title).join(", ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
