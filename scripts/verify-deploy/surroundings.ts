import { readFileSync } from "node:fs";
import { portOr } from "../../embedded/free-port.ts";

/** Variables of docker-compose.yml and its override. */
const ports = ["HTTP", "HTTPS", "MAILPIT", "RABBITMQ", "PROMETHEUS", "GRAFANA", "JAEGER"] as const;

export interface Surroundings {
  readonly ports: Readonly<Record<(typeof ports)[number], number>>;
  /** For docker-compose.yml: nothing of another stack on this machine is in the way. */
  readonly env: NodeJS.ProcessEnv;
}

/** What the files ask this shell for is empty, which is each variable's default: it may be set for another stack. */
const defaults = Object.fromEntries(
  ["docker-compose.yml", "docker-compose.override.yml"]
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\$\{(\w+)/g)])
    .map(([, name = ""]) => [name, ""]),
);

export async function freeSurroundings(): Promise<Surroundings> {
  const free = await Promise.all(ports.map(async (name) => [name, await portOr(0, "0.0.0.0")] as const));
  const env = Object.fromEntries(free.map(([name, port]) => [`${name}_PORT`, String(port)]));
  // The load is one client's.
  const subnets = { EDGE_SUBNET: "10.88.0.0/16", MESH_SUBNET: "10.87.0.0/16" };
  return {
    ports: Object.fromEntries(free) as Surroundings["ports"],
    env: { ...defaults, ...env, ...subnets, RATE_LIMIT: "1000000" },
  };
}
