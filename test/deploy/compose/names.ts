import { type ComposeFile, sources } from "./compose.ts";

/** Names that name nothing, and what is declared and used by nobody. @param checked the services whose image has a health check */
export function* nameProblems(file: ComposeFile, checked: readonly string[]): Iterable<string> {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
  };
  for (const [name, service] of Object.entries(file.services)) {
    const { networks = [], volumes = [], depends_on = [], healthcheck } = service;
    for (const network of networks) used.networks.add(network);
    for (const volume of volumes) if (!/^[./]/.test(volume)) used.volumes.add(volume.split(":")[0] ?? "");
    for (const secret of sources(service.secrets)) used.secrets.add(secret);
    for (const config of sources(service.configs)) used.configs.add(config);
    if (networks.length === 0) yield `${name} is in a network of everyone's`;
    if (healthcheck === undefined && !checked.includes(name)) yield `${name} has no health check`;
    const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
    for (const other of needed as string[])
      if (!(other in file.services)) yield `${name} waits for ${other}, which is not there`;
  }
  for (const kind of ["networks", "volumes", "secrets", "configs"] as const) {
    const declared = Object.keys(file[kind] ?? {});
    for (const name of used[kind]) if (!declared.includes(name)) yield `${kind}: ${name} is not declared`;
    for (const name of declared) if (!used[kind].has(name)) yield `${kind}: nobody uses ${name}`;
  }
}
