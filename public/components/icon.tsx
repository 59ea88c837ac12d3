const paths = {
  send: "M2.5 8 13.5 3 10 13.5 7.5 9 2.5 8Z M7.5 9 10 6.4",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z",
  system: "M2.5 3.5h11v7.5h-11zM6 13.5h4M8 11v2.5",
  external: "M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3 7.5 8.5",
  warning: "M8 2.2 14.4 13.4H1.6L8 2.2ZM8 6.4v3.4M8 11.5v.4",
  check: "M3 8.5 6.5 12 13 4.5",
  up: "M8 12.5v-9M4.5 7 8 3.5 11.5 7",
  down: "M8 3.5v9M4.5 9 8 12.5 11.5 9",
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
} as const;
export type IconName = keyof typeof paths;

/** Beside a word or under an aria-label: says nothing to a screen reader itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      {[0, 60, 120, 180, 240, 300].map((angle) => (
        <circle
          key={angle}
          cx={(16 + 10 * Math.sin((angle * Math.PI) / 180)).toFixed(2)}
          cy={(16 - 10 * Math.cos((angle * Math.PI) / 180)).toFixed(2)}
          r="4"
        />
      ))}
    </svg>
  );
}
