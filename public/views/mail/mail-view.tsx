import { pageConfig } from "../../api/config.ts";
import type { Session } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { SignedIn } from "../../components/signed-in.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { useLoading } from "../../lib/loading.ts";
import type { Route } from "../../lib/route.ts";
import { Outbox } from "./outbox.tsx";
import { Templates } from "./templates.tsx";

const tabs = { mail: "Outbox", "mail/templates": "Templates" };

export function MailView({ session, route }: { session: Session; route: Route }) {
  const config = useLoading("config", pageConfig);
  const mailView = config.value?.mailView;
  return (
    <>
      <div class="intro">
        <h1 tabIndex={-1}>Mail</h1>
        <p class="muted">
          What the mailer accepted, how far it got, and how it looks.
          {mailView !== undefined && (
            <>
              {" "}
              <a href={mailView} target="_blank" rel="noreferrer">
                Open the caught mail <Icon name="external" />
              </a>
            </>
          )}
        </p>
      </div>
      <SignedIn session={session} why="Mail is for the system's users.">
        <Tabs label="Parts of mail" tabs={tabs} path={route.path} />
        {route.path === "mail/templates" ? <Templates /> : <Outbox query={route.query} />}
      </SignedIn>
    </>
  );
}
