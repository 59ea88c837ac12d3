import { useEffect, useRef } from "preact/hooks";
import { useSession } from "./api/session.ts";
import { Header } from "./components/header.tsx";
import { type Route, useRoute } from "./lib/route.ts";
import { LabView } from "./views/lab/lab-view.tsx";
import { LogView } from "./views/log/log-view.tsx";
import { MailView } from "./views/mail/mail-view.tsx";
import { MeshView } from "./views/mesh/mesh-view.tsx";
import { TryView } from "./views/try/try-view.tsx";

const titles = { try: "Try it", log: "Log", mail: "Mail", mesh: "Mesh", lab: "Lab" } as const;
export type ViewName = keyof typeof titles;

/** The view a path belongs to: `log/dead-letters` is the log's. What is unknown is the start. */
const viewOf = ({ path }: Route): ViewName => {
  const first = path.split("/")[0] ?? "";
  return first in titles ? (first as ViewName) : "try";
};

export function App() {
  const route = useRoute();
  const session = useSession();
  const view = viewOf(route);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const lastUser = useRef(session.user);

  // A new view is told to a screen reader as a new page would be: by its title and the focus on its heading.
  useEffect(() => {
    document.title = `${titles[view]} · Sixfold`;
    if (isFirst.current) isFirst.current = false;
    else main.current?.querySelector("h1")?.focus();
  }, [view]);

  // Who signs in or out loses what had the focus, the form or the button; who did something else meanwhile keeps theirs.
  useEffect(() => {
    const isNews = lastUser.current !== undefined && lastUser.current !== session.user;
    lastUser.current = session.user;
    if (isNews && document.activeElement === document.body) main.current?.querySelector("h1")?.focus();
  }, [session.user]);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header titles={titles} view={view} session={session} />
      <main id="main" ref={main} tabIndex={-1}>
        {view === "try" && <TryView />}
        {view === "log" && <LogView session={session} route={route} />}
        {view === "mail" && <MailView session={session} route={route} />}
        {view === "mesh" && <MeshView session={session} />}
        {view === "lab" && <LabView session={session} route={route} />}
      </main>
    </>
  );
}
