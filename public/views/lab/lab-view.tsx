import type { Session } from "../../api/session.ts";
import { SignedIn } from "../../components/signed-in.tsx";
import type { Route } from "../../lib/route.ts";
import { LabDesk } from "./lab-desk.tsx";
import { Report } from "./report.tsx";

export function LabView({ session, route }: { session: Session; route: Route }) {
  const [, report] = route.path.split("/");
  return (
    <>
      <div class="intro">
        <h1 tabIndex={-1}>Lab</h1>
        <p class="muted">The same operation over each protocol, side by side, measured on this machine.</p>
      </div>
      <SignedIn session={session} why="The lab is for the system's users: a run keeps the machine busy.">
        {report ? <Report key={report} id={report} /> : <LabDesk />}
      </SignedIn>
    </>
  );
}
