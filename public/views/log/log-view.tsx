import type { Session } from "../../api/session.ts";
import { SignedIn } from "../../components/signed-in.tsx";
import { Tabs } from "../../components/tabs.tsx";
import type { Route } from "../../lib/route.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { Entries } from "./entries.tsx";

const tabs = { log: "Entries", "log/dead-letters": "Dead letters" };

export function LogView({ session, route }: { session: Session; route: Route }) {
  return (
    <>
      <div class="intro">
        <h1 tabIndex={-1}>Log</h1>
        <p class="muted">Everything that happened, as the services and the events told it.</p>
      </div>
      <SignedIn session={session} why="The log is for the system's users.">
        <Tabs label="Parts of the log" tabs={tabs} path={route.path} />
        {route.path === "log/dead-letters" ? <DeadLetters /> : <Entries query={route.query} />}
      </SignedIn>
    </>
  );
}
