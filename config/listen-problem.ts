import type { NodeName } from "./entry.ts";
import type { Config } from "./load.ts";
import { portsOf } from "./ports.ts";

type ListenError = NodeJS.ErrnoException & { readonly port?: number; readonly hostname?: string };

/** Why a node's port could not be opened, as one line that names the variable. @returns undefined when something else failed */
export function listenProblem(error: ListenError, node: NodeName, config: Config): string | undefined {
  const { code, port, syscall, hostname } = error;
  const variable = portsOf(node).find(({ key }) => config[key] === port)?.variable;
  const where = `${variable}: port ${port} on ${config.host}`;
  if (variable !== undefined && code === "EADDRINUSE") return `${where} is taken by another program; set another`;
  if (variable !== undefined && code === "EACCES") return `${where} is not open to this user (EACCES); set another`;
  // A name is looked up before anything listens.
  if (syscall !== "listen" && (hostname === undefined || hostname !== config.host)) return undefined;
  return `HOST: found ${JSON.stringify(config.host)} (${code}), expected an address of this machine`;
}
