import { useEffect, useRef, useState } from "preact/hooks";
import { severities } from "./entry.ts";
import { type Filters, filterNames } from "./filters.ts";

interface FilterFormProps {
  readonly filters: Filters;
  apply(filters: Filters): void;
}

const nothing = Object.fromEntries(filterNames.map((name) => [name, ""])) as unknown as Filters;

const keyOf = (filters: Filters): string => JSON.stringify(filterNames.map((name) => filters[name]));

/**
 * A choice counts at once, a text with Enter or when it is left. What is being typed is kept here: entries that arrive
 * meanwhile draw the list anew and must not take it away.
 */
export function FilterForm({ filters, apply }: FilterFormProps) {
  const [draft, setDraft] = useState(filters);
  const own = useRef(keyOf(filters));
  const applied = keyOf(filters);
  // What was applied elsewhere (Back, a link) replaces what is being typed; what was applied here does not.
  useEffect(() => {
    if (own.current !== applied) setDraft(filters);
    own.current = applied;
  }, [applied]);
  const applyOwn = (next: Filters) => {
    if (keyOf(next) === applied) return;
    own.current = keyOf(next);
    apply(next);
  };
  const read = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const next = Object.fromEntries(filterNames.map((name) => [name, String(data.get(name) ?? "").trim()]));
    applyOwn(next as unknown as Filters);
  };
  const clear = () => {
    setDraft(nothing);
    applyOwn(nothing);
  };
  const isFiltered = filterNames.some((name) => filters[name] !== "");
  return (
    <search aria-label="Filter the log">
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          read(event.currentTarget);
        }}
        onInput={({ target }) => {
          const { name, value } = target as HTMLInputElement | HTMLSelectElement;
          setDraft((before) => ({ ...before, [name]: value }));
        }}
        onChange={(event) => read(event.currentTarget)}
      >
        <label class="wide">
          Text
          <input name="q" type="search" value={draft.q} placeholder="in name or data" />
        </label>
        <label>
          Name
          <input name="name" type="search" value={draft.name} placeholder="event" />
        </label>
        <label>
          Severity
          <select name="severity" value={draft.severity}>
            <option value="">any</option>
            {severities.map((severity) => (
              <option key={severity}>{severity}</option>
            ))}
          </select>
        </label>
        <label>
          Source
          <input name="source" type="search" value={draft.source} placeholder="gateway" />
        </label>
        <label>
          From
          <input name="from" type="datetime-local" step="1" value={draft.from} />
        </label>
        <label>
          To
          <input name="to" type="datetime-local" step="1" value={draft.to} />
        </label>
        <div class="filters-end">
          <button type="submit">Filter</button>
          <button type="button" class="quiet" disabled={!isFiltered} onClick={clear}>
            Clear filters
          </button>
        </div>
      </form>
    </search>
  );
}
