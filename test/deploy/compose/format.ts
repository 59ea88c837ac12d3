import type { ComposeFile } from "./compose.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** The keys of the format 3.8, the newest that `docker stack deploy` takes; Compose knows them all. */
const keys = {
  file: words("version services networks volumes configs secrets"),
  service:
    words(`build cap_add cap_drop command configs container_name depends_on deploy devices dns dns_search domainname
    entrypoint env_file environment expose external_links extra_hosts healthcheck hostname image init ipc isolation labels
    links logging mac_address network_mode networks pid ports privileged read_only restart secrets security_opt shm_size
    stdin_open stop_grace_period stop_signal sysctls tmpfs tty ulimits user userns_mode volumes working_dir`),
  deploy: words("mode endpoint_mode replicas labels placement resources restart_policy rollback_config update_config"),
  update_config: words("parallelism delay failure_action monitor max_failure_ratio order"),
  restart_policy: words("condition delay max_attempts window"),
  healthcheck: words("disable interval retries start_period test timeout"),
  network: words("driver driver_opts ipam external internal attachable labels name"),
  volume: words("driver driver_opts external labels name"),
  outside: words("file external labels name driver driver_opts template_driver"),
};
/** What the override may say beside them, which only Compose reads. */
const forCompose = new Set([...keys.service, "profiles"]);
/** What stack deploy passes over in silence or with a warning, and would have to mean something. */
const lostOnSwarm = ["build", "container_name", "links", "network_mode", "userns_mode", "devices"];

/** What Compose refuses; with `swarm` what `docker stack deploy` refuses or leaves out, too. */
export function* formatProblems(file: ComposeFile, { swarm }: { swarm: boolean }): Iterable<string> {
  yield* unknown("the file", file, keys.file);
  for (const [name, service] of Object.entries(file.services)) {
    yield* unknown(name, service, swarm ? keys.service : forCompose);
    const { deploy = {}, healthcheck = {} } = service;
    yield* unknown(`${name}'s deploy`, deploy, keys.deploy);
    yield* unknown(`${name}'s healthcheck`, healthcheck, keys.healthcheck);
    yield* unknown(`${name}'s update`, deploy.update_config ?? {}, keys.update_config);
    yield* unknown(`${name}'s rollback`, deploy.rollback_config ?? {}, keys.update_config);
    yield* unknown(`${name}'s restart`, deploy.restart_policy ?? {}, keys.restart_policy);
    if (!swarm) continue;
    if (!Array.isArray(service.depends_on ?? [])) yield `${name}: depends_on is no list`;
    for (const key of lostOnSwarm) if (key in service) yield `${name}: Swarm has no ${key}`;
  }
  for (const [name, network] of Object.entries(file.networks ?? {})) yield* unknown(name, network, keys.network);
  for (const [name, volume] of Object.entries(file.volumes ?? {})) yield* unknown(name, volume, keys.volume);
  for (const [name, outside] of Object.entries({ ...file.configs, ...file.secrets })) {
    yield* unknown(name, outside, keys.outside);
  }
}

function* unknown(where: string, value: object, known: ReadonlySet<string>): Iterable<string> {
  for (const key of Object.keys(value)) if (!known.has(key) && !key.startsWith("x-")) yield `${where} has no ${key}`;
}
