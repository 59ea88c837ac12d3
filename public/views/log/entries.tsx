import { useState } from "preact/hooks";
import { call } from "../../api/gateway.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { type Page, Pager } from "../../components/pager.tsx";
import { plural } from "../../lib/format.ts";
import { useLoading } from "../../lib/loading.ts";
import { hashOf } from "../../lib/route.ts";
import type { LogEntry } from "./entry.ts";
import { EntryDetail } from "./entry-detail.tsx";
import { EntryTable } from "./entry-table.tsx";
import { FilterForm } from "./filter-form.tsx";
import { filterNames, gatewayQuery, type LogQuery, logQuery, NEWEST_FIRST } from "./filters.ts";
import { LiveBar } from "./live-bar.tsx";
import { useLiveTail } from "./live-tail.ts";

const PAGE_SIZE = 20;

/** The log's table; which part of it is shown stands in the page's address. */
export function Entries({ query: params }: { query: URLSearchParams }) {
  const query = logQuery(params);
  const asked = gatewayQuery(query, PAGE_SIZE);
  const list = useLoading(asked, (signal) => call<Page<LogEntry>>("GET", `/logs?${asked}`, undefined, signal));
  const tail = useLiveTail(query, list);
  const [opened, open] = useState<LogEntry>();
  const [isClearing, setClearing] = useState(false);

  const show = (change: Partial<LogQuery>) => {
    const next = { ...query, ...change };
    location.hash = hashOf("log", {
      ...Object.fromEntries(filterNames.map((name) => [name, next[name]])),
      sort: next.sort === NEWEST_FIRST ? "" : next.sort,
      page: next.page === 1 ? "" : String(next.page),
    });
  };
  const isFiltered = filterNames.some((name) => query[name] !== "");
  const { value, failure } = list;

  return (
    <>
      <FilterForm filters={query} apply={(filters) => show({ ...filters, page: 1 })} />
      <div class="bar">
        <LiveBar
          tail={tail}
          toTop={() => {
            show({ page: 1, sort: NEWEST_FIRST });
            tail.resume();
          }}
        />
        <button type="button" class="danger" disabled={!value || value.total === 0} onClick={() => setClearing(true)}>
          Clear the log
        </button>
      </div>
      {failure && <FailureNotice failure={failure} again={list.again} />}
      {!value && list.isLoading && <Waiting what="the log" />}
      {value && value.rows.length > 0 && (
        <div class="card flush" aria-busy={list.isLoading}>
          <EntryTable
            rows={value.rows}
            sort={query.sort}
            fresh={tail.fresh}
            sortBy={(sort) => show({ sort, page: 1 })}
            open={open}
          />
        </div>
      )}
      {value && value.rows.length === 0 && value.total > 0 && (
        <Empty title="Nothing on this page">
          <button type="button" onClick={() => show({ page: 1 })}>
            Go to the first page
          </button>
        </Empty>
      )}
      {value?.total === 0 && (
        <Empty title={isFiltered ? "Nothing matches these filters" : "The log is empty"}>
          {isFiltered ? (
            "Clear one of them, or wait: what matches appears here by itself."
          ) : (
            <a href="#/try">Send a log entry</a>
          )}
        </Empty>
      )}
      {value && <Pager of={value} what="entry" many="entries" goTo={(page) => show({ page })} />}
      {opened && (
        <EntryDetail
          entry={opened}
          close={() => open(undefined)}
          removed={() => {
            open(undefined);
            list.again();
          }}
        />
      )}
      {isClearing && (
        <Confirm
          title="Clear the log"
          deed="Delete every entry"
          work={async () => {
            await call("DELETE", "/logs");
            show({ page: 1 });
            list.again();
          }}
          close={() => setClearing(false)}
        >
          This deletes all entries for good{isFiltered ? ", not only those that the filters show" : ""}
          {value && !isFiltered ? `: ${plural(value.total, "entry", "entries")}` : ""}.
        </Confirm>
      )}
    </>
  );
}
