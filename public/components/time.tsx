import { exactTime, shortTime } from "../lib/format.ts";

export function Time({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {shortTime(iso)}
    </time>
  );
}
