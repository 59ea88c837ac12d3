import type { ServiceBroker } from "moleculer";
import { type Config, type Environment, loadConfig } from "../../../config/load.ts";
import { anyPortOf } from "../../../config/ports.ts";
import type { ProtocolClient } from "../../../protocols/client.ts";
import { CountedNatsTransporter } from "../../../protocols/mesh/counted.transporters.ts";
import { missingPackages } from "../../../protocols/mesh/packages.ts";
import { type Contender, type ContenderName, contenders } from "../contenders.ts";
import { clientOf } from "./caller.ts";
import { Helpers } from "./helpers.ts";
import { joinMesh } from "./member.ts";

/** A contender that is ready to be measured. */
export interface Entrant {
  readonly contender: Contender;
  readonly client: ProtocolClient;
  /** The mesh that it calls in. */
  readonly broker: ServiceBroker;
}

/** What it cannot be measured without is not here; the message says what. */
export class Missing extends Error {}

/** The meshes, clients and processes of one run. */
export class Arena {
  readonly broker: ServiceBroker;
  readonly #environment: Environment;
  readonly #config: Config;
  readonly #helpers: Helpers;
  readonly #brokers: ServiceBroker[];
  readonly #clients: ProtocolClient[] = [];

  private constructor(environment: Environment, config: Config, broker: ServiceBroker, helpers: Helpers) {
    this.#environment = environment;
    this.#config = config;
    this.#helpers = helpers;
    this.broker = broker;
    this.#brokers = [broker];
  }

  /** Joins the mesh that these variables name, and brings it so many nodes that serve `lab.echo`. */
  static async open(environment: Environment, replicas: number): Promise<Arena> {
    const config = loadConfig(environment, ["lab"]);
    const helpers = new Helpers();
    const more = { ...environment, ...anyPortOf("lab"), LAB_RUNS: "false" };
    const [broker] = await Promise.all([
      joinMesh(config, "lab-driver"),
      ...Array.from({ length: replicas - 1 }, () => helpers.start("../../../node/main", ["lab"], more)),
    ]);
    return new Arena(environment, config, broker, helpers);
  }

  /** @throws Missing; Error when its mesh cannot be had */
  async enter(name: ContenderName): Promise<Entrant> {
    const contender = contenders[name];
    const broker = contender.mesh === undefined ? this.broker : await this.#meshOf(contender.mesh, name);
    const client = clientOf(contender.protocol, broker);
    this.#clients.push(client);
    return { contender, client, broker };
  }

  /** Whose login `auth.authenticate` is measured with: the seeded user's, where nobody says another. */
  get login(): { readonly email: string; readonly password?: string } {
    const { labEmail, labPassword, environment } = this.#config;
    const seeded = environment === "production" ? undefined : "verysecret";
    return { email: labEmail, password: labPassword ?? seeded };
  }

  /** The version of the NATS server that carries one of the meshes, if one does. */
  get natsServer(): string | undefined {
    for (const { transit } of this.#brokers) {
      if (transit?.tx instanceof CountedNatsTransporter) return transit.tx.serverVersion;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#clients.map((client) => client.close()));
    await Promise.allSettled([...this.#brokers.map((broker) => broker.stop()), this.#helpers.stop()]);
  }

  /** Another mesh, with one node that serves `lab.echo`. */
  async #meshOf({ transporter, serializer }: NonNullable<Contender["mesh"]>, name: string): Promise<ServiceBroker> {
    const environment = {
      ...this.#environment,
      NAMESPACE: `${this.#config.namespace}-${name}-${process.pid}`,
      ...(transporter === undefined ? {} : { TRANSPORTER: this.#transporter(transporter) }),
      ...(serializer === undefined ? {} : { SERIALIZER: serializer }),
    };
    const config = loadConfig(environment, ["lab"]);
    const [missing] = missingPackages(config);
    if (missing !== undefined) throw new Missing(missing);
    const broker = await joinMesh(config, "lab-driver");
    this.#brokers.push(broker);
    await this.#helpers.start("./echo-node", [], environment);
    return broker;
  }

  #transporter(transporter: "amqp" | "tcp" | "nats"): string {
    if (transporter !== "nats") return transporter;
    if (this.#config.labNatsUrl === undefined) throw new Missing("LAB_NATS_URL names no server");
    return this.#config.labNatsUrl;
  }
}
