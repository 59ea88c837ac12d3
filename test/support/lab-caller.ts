import type { ServiceBroker, ServiceSchema } from "moleculer";
import { joinMesh } from "../../services/lab/driver/member.ts";
import { type Progress, progressEvent } from "../../services/lab/progress.ts";
import type { Wishes } from "../../services/lab/wishes.ts";
import { eventually } from "./eventually.ts";
import type { System } from "./system.ts";

type Finished = Extract<Progress, { type: "finished" }>;

/** A node that asks a system's lab for runs, and hears of them. */
export interface LabCaller {
  readonly broker: ServiceBroker;
  /** What it heard since it last asked for a run. */
  readonly heard: Progress[];
  run(wishes: Wishes): Promise<{ id: string }>;
  /** When a run has ended of which it heard. */
  finished(): Promise<Finished>;
}

/** @param service what it serves itself */
export async function joinLab(
  { config, nodes }: System,
  service: ServiceSchema = { name: "caller" },
): Promise<LabCaller> {
  const heard: Progress[] = [];
  const events = { [progressEvent]: ({ params }: { params: Progress }) => void heard.push(params) };
  const broker = await joinMesh(config, "caller", { ...service, events });
  await broker.waitForServices(Object.keys(nodes), 10_000, 20);
  return {
    broker,
    heard,
    run(wishes) {
      heard.length = 0;
      return broker.call<{ id: string }, Wishes>("lab.run", wishes);
    },
    finished: () =>
      eventually(() => heard.find((progress): progress is Finished => progress.type === "finished"), 120_000),
  };
}
