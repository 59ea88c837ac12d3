import { cpus, loadavg, release, totalmem, type } from "node:os";
import { packageVersion } from "../../node/package-version.ts";
import type { Reached, Surroundings } from "./results.ts";

/** The last three are in use where they are installed. */
const libraries = ["moleculer", "undici", "@grpc/grpc-js", "amqplib", "nats", "notepack.io", "cbor-x"] as const;

/** What this machine is. */
export function surroundingsHere(): Omit<Surroundings, keyof Reached | "transporter"> {
  const [first] = cpus();
  const [load = 0] = loadavg();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: totalmem(),
    system: `${type()} ${release()}`,
    load: Math.round(load * 100) / 100,
    versions: { node: process.versions.node, ...Object.fromEntries(libraries.flatMap(versionOf)) },
  };
}

/** Nothing where it is not installed. */
function versionOf(name: string): [string, string][] {
  const version = packageVersion(name, import.meta.url);
  return version === undefined ? [] : [[name, version]];
}
