import { portOr } from "../../embedded/free-port.ts";

export interface Surroundings {
  readonly http: number;
  readonly mail: number;
  /** For docker-compose.yml: nothing of another stack on this machine is in the way. */
  readonly env: NodeJS.ProcessEnv;
}

export async function freeSurroundings(): Promise<Surroundings> {
  const [http = 0, https, mail = 0, rabbitmq] = await Promise.all([0, 0, 0, 0].map((any) => portOr(any, "0.0.0.0")));
  const ports = { HTTP_PORT: http, HTTPS_PORT: https, MAILPIT_PORT: mail, RABBITMQ_PORT: rabbitmq };
  const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  // The load is one client's.
  const subnets = { EDGE_SUBNET: "10.88.0.0/16", MESH_SUBNET: "10.87.0.0/16" };
  return { http, mail, env: { ...env, ...subnets, RATE_LIMIT: "1000000" } };
}
