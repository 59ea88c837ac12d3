import type { ContenderName } from "../../../services/lab/contenders.ts";
import { shapes } from "../../../services/lab/report/plot.ts";

/** A contender's shape in its colour, beside its name. */
export function Marker({ contender }: { contender: ContenderName }) {
  return (
    <svg
      class={`marker ${contender}`}
      viewBox="-7 -7 14 14"
      width="13"
      height="13"
      aria-hidden="true"
      focusable="false"
    >
      <path d={shapes[contender]} />
    </svg>
  );
}
