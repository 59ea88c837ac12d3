import { loadConfig } from "../../../config/load.ts";
import { startServices } from "../../../node/node.ts";
import { probe, type Told } from "./service.ts";

/** A node with the probe, in a process of its own, which its parent may kill. Its argument is the service's name. */
const name = process.argv[2] ?? "probe";
const releases = new Map<string, () => void>();
process.on("message", (id: string) => releases.get(id)?.());
const released = (id: string) => new Promise<void>((resolve) => releases.set(id, resolve));
const tell = (told: Told) => process.send?.(told);

const node = await startServices(name, [probe(name, tell, released)], loadConfig(process.env, ["logger"]));
await node.joined;
process.send?.({ node: node.broker.nodeID });
process.once("SIGTERM", () => void node.stop().then(() => process.exit()));
process.once("disconnect", () => process.exit());
