import { count, plural } from "../lib/format.ts";

/** A page of rows as every list of the gateway answers it. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
  readonly totalPages: number;
}

interface PagerProps {
  readonly of: Page<unknown>;
  readonly what: string;
  readonly many?: string;
  goTo(page: number): void;
}

export function Pager({ of: { total, page, totalPages }, what, many, goTo }: PagerProps) {
  return (
    <nav class="pager" aria-label={`Pages of ${many ?? `${what}s`}`}>
      <span role="status">{plural(total, what, many)}</span>
      {totalPages > 1 && (
        <span class="pager-steps">
          <button type="button" disabled={page <= 1} onClick={() => goTo(page - 1)}>
            Previous
          </button>
          <span>
            Page {count(page)} of {count(totalPages)}
          </span>
          <button type="button" disabled={page >= totalPages} onClick={() => goTo(page + 1)}>
            Next
          </button>
        </span>
      )}
    </nav>
  );
}
