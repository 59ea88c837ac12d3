import type { Session } from "../../api/session.ts";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { SignIn } from "../../components/sign-in.tsx";
import { count, plural } from "../../lib/format.ts";
import { MeshTable } from "./mesh-table.tsx";
import { Picture } from "./picture.tsx";
import { useMesh } from "./use-mesh.ts";

export function MeshView({ session }: { session: Session }) {
  const { nodes, failure, live, again } = useMesh(session.user?.id);
  const here = nodes?.filter(({ available }) => available) ?? [];
  const gone = (nodes?.length ?? 0) - here.length;
  const calls = here.reduce((sum, node) => sum + (node.calls_per_second ?? 0), 0);
  return (
    <>
      <div class="intro">
        <h1 tabIndex={-1}>Mesh</h1>
        <p class="muted">The nodes that found each other, what runs on them, and how busy they are.</p>
      </div>
      {failure?.code === "UNAUTHENTICATED" && session.user === null ? (
        <SignIn session={session} why="The mesh is for the system's users here." />
      ) : (
        failure && <FailureNotice failure={failure} again={again} />
      )}
      {!nodes && !failure && <Waiting what="the mesh" />}
      {nodes?.length === 0 && <Empty title="No nodes">The gateway sees nobody, not even itself.</Empty>}
      {nodes && nodes.length > 0 && (
        <>
          <div class="bar">
            <p class="mesh-sum" role="status">
              <strong>{plural(here.length, "node")}</strong> here
              {gone > 0 && <span class="bad-text">, {count(gone)} gone</span>}
              <span class="muted"> · {calls.toFixed(1)} calls/s</span>
            </p>
            <span class={`pill ${live === "live" ? "good" : "warn"}`}>
              <span class="dot" aria-hidden="true" />
              {live === "live" ? "Live" : live === "connecting" ? "Connecting" : "Reconnecting"}
            </span>
          </div>
          <Picture nodes={nodes} />
          <MeshTable nodes={nodes} />
        </>
      )}
    </>
  );
}
