import type { ComponentChildren } from "preact";

/** Preformatted text in a box of limited height. */
export function Block({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="block-text" tabIndex={0} aria-label={label}>
      <pre>{children}</pre>
    </section>
  );
}
