import { behindProxy, type Place } from "./client.ts";
import { VERSION } from "./images.ts";
import type { Part } from "./part.ts";
import { answers } from "./smoke.ts";
import { freeSurroundings, type Surroundings } from "./surroundings.ts";

const name = "sixfold-verify";
const project = ["--project-name", name];
/** Docker's filter for what Compose made. */
export const ours = ["--filter", `label=com.docker.compose.project=${name}`] as const;
/** Whom a laptop's system has. */
export const seeded = { email: "admin@example.com", password: "verysecret" };

/** The system as Compose runs it. */
export interface Project {
  readonly place: Place;
  readonly ports: Surroundings["ports"];
  compose(...args: readonly string[]): Promise<string>;
  /** What the operators' console says to a command. */
  console(command: string): Promise<string>;
  down(): Promise<unknown>;
}

interface Options {
  /** Of the services with this profile, too. */
  readonly profile?: string;
  /** Only these services, and what they need; all, when none is named. */
  readonly services?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** `docker compose up`, as on a laptop. Resolves when a login goes through. */
export async function composeUp({ engine, servers, report, undo }: Part, options: Options = {}): Promise<Project> {
  const { profile, services = [], env = {} } = options;
  const { env: chosen, ports } = await freeSurroundings();
  const profiles = profile === undefined ? [] : ["--profile", profile];
  const variables = { ...chosen, ...servers.compose, ...env, VERSION };
  const compose = (...args: readonly string[]) => engine.compose([...project, ...profiles, ...args], variables);
  const typed = (command: string) =>
    engine.compose([...project, "run", "--rm", "-T", "console"], variables, `${command}\n`);
  const down = () => compose("down", "--volumes", "--remove-orphans");
  undo.add("Compose", down);
  report.progress("up");
  await compose("up", "--detach", "--no-build", ...services);
  const place = behindProxy(ports.HTTP);
  await answers(place, seeded);
  return { place, ports, compose, console: typed, down };
}
