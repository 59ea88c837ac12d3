/** The parts of a view, each with an address of its own. */
export function Tabs({ label, tabs, path }: { label: string; tabs: Readonly<Record<string, string>>; path: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {Object.entries(tabs).map(([to, name]) => (
        <a key={to} href={`#/${to}`} aria-current={to === path ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
