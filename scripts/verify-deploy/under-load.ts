import assert from "node:assert/strict";
import type { NodeName } from "../../config/entry.ts";
import { underLoad } from "./books.ts";
import type { Client } from "./client.ts";
import { NEXT_VERSION } from "./images.ts";
import type { Report } from "./report.ts";

interface Load {
  readonly client: Client;
  readonly report: Report;
}

/**
 * One service after the other: a small machine that starts every container anew at once answers nobody in time.
 * @param update resolves when all replicas run the next image
 */
export async function updatesUnderLoad(
  { client, report }: Load,
  names: readonly NodeName[],
  update: (name: NodeName, image: string) => Promise<unknown>,
): Promise<void> {
  for (const name of names) {
    report.progress(`updating ${name} under load`);
    const outcome = await underLoad(client, () => update(name, `sixfold/${name}:${NEXT_VERSION}`));
    assert.equal(outcome.refused, 0, `requests lost in an update of ${name}`);
    report.proved(
      `rolling update of ${name}: ${outcome.accepted} requests, 0 lost, each entry once in the log; the slowest ${outcome.slowest} ms`,
    );
  }
}

/** @param kill ends a replica by force, and resolves when it is started again */
export async function deathsUnderLoad(
  { client, report }: Load,
  kill: (name: "logger" | "gateway") => Promise<unknown>,
): Promise<void> {
  for (const name of ["logger", "gateway"] as const) {
    report.progress(`killing a ${name} under load`);
    const outcome = await underLoad(client, () => kill(name));
    report.proved(
      `a ${name} dies and is started again: ${outcome.accepted} entries accepted, each once in the log; ${outcome.refused} refused, none of them twice`,
    );
  }
}
