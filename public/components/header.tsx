import { useState } from "preact/hooks";
import type { Session } from "../api/session.ts";
import { useDoing } from "../lib/doing.ts";
import { chooseTheme, chosenTheme, type Theme, themes } from "../lib/theme.ts";
import { Icon, type IconName, Mark } from "./icon.tsx";

interface HeaderProps {
  readonly titles: Readonly<Record<string, string>>;
  readonly view: string;
  readonly session: Session;
}

export function Header({ titles, view, session }: HeaderProps) {
  return (
    <header class="top">
      <a class="brand" href="#/try">
        <Mark />
        Sixfold
      </a>
      <nav class="views" aria-label="Views">
        {Object.entries(titles).map(([path, title]) => (
          <a key={path} href={`#/${path}`} aria-current={path === view ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <Who session={session} />
        <ThemeSwitch />
      </div>
    </header>
  );
}

function Who({ session }: { session: Session }) {
  const doing = useDoing();
  if (session.user === undefined) return null;
  if (session.user === null) {
    return (
      <a class="button quiet" href="#/log">
        Sign in
      </a>
    );
  }
  return (
    <>
      <span class="who" title={session.user.email}>
        {session.user.email}
      </span>
      <button type="button" class="quiet" disabled={doing.isBusy} onClick={() => doing.run(() => session.signOut())}>
        {doing.failure ? "Sign out again" : "Sign out"}
      </button>
    </>
  );
}

const icons: Readonly<Record<Theme, IconName>> = { system: "system", light: "sun", dark: "moon" };

function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  const change = () => {
    chooseTheme(next);
    setTheme(next);
  };
  const label = `Theme: ${theme}. Change to ${next}`;
  return (
    <button type="button" class="quiet square" aria-label={label} title={label} onClick={change}>
      <Icon name={icons[theme]} />
    </button>
  );
}
