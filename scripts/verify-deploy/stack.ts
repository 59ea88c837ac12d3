import assert from "node:assert/strict";
import { nodeNames } from "../../config/entry.ts";
import { eventually } from "../../test/support/eventually.ts";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import type { Report } from "./report.ts";

const CONVERGENCE = 420_000;
/** The first numbers of the stack's secrets and configs: other stacks' are not touched. */
const set = "verify";
/** Servers, passwords and keys that make-secrets.sh would take from this shell. */
const none = Object.fromEntries(
  "DSN MONGO_URL RABBIT_URL POSTGRES_PASSWORD MONGO_PASSWORD RABBITMQ_PASSWORD SESSION_KEY"
    .split(" ")
    .map((name) => [name, ""]),
);

/** The services with two replicas. */
export const replicated = nodeNames.filter((name) => name !== "lab");

/** The stack that is proved, under a name of its own, and what an operator does with it. */
export class Stack {
  readonly name = "sixfold-verify";
  readonly #engine: Engine;
  readonly #report: Report;
  readonly #env: NodeJS.ProcessEnv;

  constructor(engine: Engine, report: Report, env: NodeJS.ProcessEnv) {
    this.#engine = engine;
    this.#report = report;
    const replicas = Object.fromEntries(replicated.map((name) => [`${name.toUpperCase()}_REPLICAS`, "2"]));
    this.#env = { ...env, ...replicas, SECRETS: set, SERVER_SECRETS: set, CONFIGS: set };
  }

  /** @param changes variables, for this deploy and those after it */
  deploy(changes: NodeJS.ProcessEnv = {}): Promise<string> {
    Object.assign(this.#env, changes);
    return this.#engine.docker(
      ["stack", "deploy", "--resolve-image=never", "-c", "docker-compose.yml", this.name],
      this.#env,
    );
  }

  /** @param values what deploy/make-secrets.sh takes */
  makeSecrets(values: NodeJS.ProcessEnv = {}): Promise<string> {
    return run("sh", ["deploy/make-secrets.sh"], { env: { ...this.#engine.env, SECRETS: set, ...none, ...values } });
  }

  /** `docker service ...` of one of the stack's services. */
  service(command: string, name: string, ...options: readonly string[]): Promise<string> {
    return this.#engine.docker(["service", command, ...options, `${this.name}_${name}`]);
  }

  inspect(name: string, format: string): Promise<string> {
    return this.service("inspect", name, `--format=${format}`);
  }

  /** The last update's state and the time at which it began; empty when there was none. */
  lastUpdate(name: string): Promise<string> {
    return this.inspect(name, "{{if .UpdateStatus}}{{.UpdateStatus.State}} {{.UpdateStatus.StartedAt}}{{end}}");
  }

  /** Deploys, and waits until every replica of the nodes is a new one. @param changes as deploy() has them */
  async renew(changes: NodeJS.ProcessEnv): Promise<void> {
    const updates = () => Promise.all(replicated.map((name) => this.lastUpdate(name)));
    const before = await updates();
    await this.deploy(changes);
    await eventually(async () => {
      const now = await updates();
      assert.ok(
        now.every((update, at) => update.startsWith("completed") && update !== before[at]),
        now.join(", "),
      );
      return true;
    }, CONVERGENCE);
  }

  scale(replicas: Readonly<Record<string, number>>): Promise<string> {
    const wanted = Object.entries(replicas).map(([name, count]) => `${this.name}_${name}=${count}`);
    return this.#engine.docker(["service", "scale", ...wanted]);
  }

  /** A command in a container of the service. */
  async within(name: string, command: readonly string[], input?: string): Promise<string> {
    return await this.#engine.docker(["exec", "-i", await this.container(name), ...command], {}, input);
  }

  async container(name: string): Promise<string> {
    const found = await this.#engine.docker(["ps", "-q", "--filter", `name=${this.name}_${name}\\.`]);
    const [first] = found.split("\n");
    assert.ok(first, `a container of ${name}`);
    return first;
  }

  /** Every service has all its replicas, healthy ones. @throws Error with what is missing */
  async converged(): Promise<void> {
    let told = 0;
    await eventually(async () => {
      const services = await this.#engine.docker(["stack", "services", "--format={{.Name}} {{.Replicas}}", this.name]);
      const missing = services.split("\n").filter((line) => {
        const [, running, wanted] = / (\d+)\/(\d+)/.exec(line) ?? [];
        return running === undefined || Number(running) < Number(wanted);
      });
      if (missing.length === 0) return true;
      if (Date.now() - told > 30_000) {
        told = Date.now();
        this.#report.progress(`waiting for ${missing.map((line) => line.replace(`${this.name}_`, "")).join(", ")}`);
      }
      throw new Error(`not up: ${missing.join(", ")}`);
    }, CONVERGENCE);
  }

  async remove(): Promise<void> {
    await this.#engine.docker(["stack", "rm", this.name]);
    const own = ["--filter", `label=com.docker.stack.namespace=${this.name}`];
    const left = async () => await this.#engine.docker(["ps", "-aq", ...own]);
    await eventually(async () => (await left()) === "" || undefined, 120_000);
    const volumes = await this.#engine.docker(["volume", "ls", "-q", ...own]);
    if (volumes !== "") await this.#engine.docker(["volume", "rm", ...volumes.split("\n")]);
  }

  async removeSecrets(): Promise<void> {
    const names = await this.#engine.docker(["secret", "ls", "--format={{.Name}}", "--filter", "name=sixfold_"]);
    const own = names.split("\n").filter((name) => new RegExp(`_${set}(-\\w+)?$`).test(name));
    if (own.length > 0) await this.#engine.docker(["secret", "rm", ...own]);
  }
}
