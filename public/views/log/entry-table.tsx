import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { type LogEntry, severityTone } from "./entry.ts";

interface EntryTableProps {
  readonly rows: readonly LogEntry[];
  readonly sort: string;
  readonly fresh: ReadonlySet<string>;
  sortBy(sort: string): void;
  open(entry: LogEntry): void;
}

const columns = [
  { field: "created_at", title: "Time" },
  { field: "severity", title: "Severity" },
  { field: "name", title: "Name" },
  { field: "source", title: "Source" },
] as const;

export function EntryTable({ rows, sort, fresh, sortBy, open }: EntryTableProps) {
  return (
    <table class="rows log-rows">
      <caption class="hidden">Log entries</caption>
      <thead>
        <tr>
          {columns.map(({ field, title }) => (
            <SortHeader key={field} field={field} title={title} sort={sort} sortBy={sortBy} />
          ))}
          <th scope="col">Data</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((entry) => (
          <tr key={entry.id} data-fresh={fresh.has(entry.id) ? "" : undefined}>
            <td class="when">{entry.created_at && <Time iso={entry.created_at} />}</td>
            <td>{entry.severity && <span class={`badge ${severityTone(entry.severity)}`}>{entry.severity}</span>}</td>
            <th scope="row">
              <button type="button" class="link" onClick={() => open(entry)}>
                {entry.name || "(no name)"}
              </button>
            </th>
            <td class="muted">{entry.source}</td>
            <td class="data">{entry.data}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface SortHeaderProps {
  readonly field: string;
  readonly title: string;
  readonly sort: string;
  sortBy(sort: string): void;
}

/** Newest and largest first, then the other way round. */
function SortHeader({ field, title, sort, sortBy }: SortHeaderProps) {
  const isDown = sort === `-${field}`;
  const isUp = sort === field;
  return (
    <th scope="col" aria-sort={isDown ? "descending" : isUp ? "ascending" : undefined}>
      <button type="button" class="sort" onClick={() => sortBy(isDown ? field : `-${field}`)}>
        {title}
        {(isDown || isUp) && <Icon name={isDown ? "down" : "up"} />}
      </button>
    </th>
  );
}
