import { call } from "../../api/gateway.ts";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { useDoing } from "../../lib/doing.ts";
import { plural } from "../../lib/format.ts";
import { useLoading } from "../../lib/loading.ts";

interface DeadLetter {
  readonly id: string;
  /** Empty when the message was not readable. */
  readonly name: string;
  readonly data: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly died_at?: string;
}

/** Events that the listener gave up on: why, and a way to send them back. */
export function DeadLetters() {
  const list = useLoading("dead letters", (signal) => call<DeadLetter[]>("GET", "/dead-letters", undefined, signal));
  const doing = useDoing();
  const resend = (which: { id: string } | { all: true }) =>
    doing.run(async () => {
      await call("POST", "/dead-letters/resend", which);
      list.again();
    });
  const { value, failure } = list;
  return (
    <>
      <div class="bar">
        <p class="muted">
          Events that could not be handled wait here with the reason. Sent back, they are handled as if they were new.
        </p>
        <span class="actions">
          <button type="button" disabled={list.isLoading} onClick={list.again}>
            Load anew
          </button>
          <button type="button" disabled={!value?.length || doing.isBusy} onClick={() => resend({ all: true })}>
            Send all back
          </button>
        </span>
      </div>
      {failure && <FailureNotice failure={failure} again={list.again} />}
      {doing.failure && <FailureNotice failure={doing.failure} />}
      {!value && list.isLoading && <Waiting what="the dead letters" />}
      {value?.length === 0 && <Empty title="No dead letters">Every event was handled.</Empty>}
      {value && value.length > 0 && (
        <>
          <div class="card flush">
            <table class="rows letter-rows">
              <caption class="hidden">Dead letters</caption>
              <thead>
                <tr>
                  <th scope="col">Event</th>
                  <th scope="col">Reason</th>
                  <th scope="col">Attempts</th>
                  <th scope="col">Given up</th>
                  <th scope="col">Data</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {value.map((letter) => (
                  <tr key={letter.id}>
                    <th scope="row">{letter.name || "(not readable)"}</th>
                    <td class="bad-text">
                      {letter.reason} {letter.code !== "" && <code>{letter.code}</code>}
                    </td>
                    <td data-label="attempts">{letter.attempts}</td>
                    <td class="when">{letter.died_at && <Time iso={letter.died_at} />}</td>
                    <td class="data">{letter.data}</td>
                    <td class="row-end">
                      <button type="button" disabled={doing.isBusy} onClick={() => resend({ id: letter.id })}>
                        Send back
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="pager" role="status">
            {plural(value.length, "dead letter")}
          </p>
        </>
      )}
    </>
  );
}
