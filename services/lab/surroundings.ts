import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Surroundings } from "./results.ts";

const libraries = ["moleculer", "undici", "@grpc/grpc-js", "amqplib"] as const;

/** What this machine is. */
export function surroundingsHere(): Omit<Surroundings, "messageBroker" | "transporter" | "nodes"> {
  const [first] = cpus();
  const [load = 0] = loadavg();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: totalmem(),
    system: `${type()} ${release()}`,
    load: Math.round(load * 100) / 100,
    versions: { node: process.versions.node, ...Object.fromEntries(libraries.map((name) => [name, versionOf(name)])) },
  };
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url);
  return file === undefined ? "absent" : (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
