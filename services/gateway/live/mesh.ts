import type { ServiceBroker } from "moleculer";
import type { NodeStats } from "../../../node/node-stats.ts";

/** A node as the page shows it. */
export interface MeshNode extends Partial<NodeStats> {
  readonly id: string;
  /** What it was started as, such as `auth`. */
  readonly name: string;
  readonly hostname?: string;
  readonly services: readonly string[];
  readonly available: boolean;
  /** When it was missed, for a node that is gone. */
  readonly gone_at?: string;
  /** Its machine's, percent. */
  readonly cpu?: number;
}

export interface Mesh {
  readonly at: string;
  /** The node that sees it so. */
  readonly seen_by: string;
  readonly nodes: readonly MeshNode[];
}

/** The same as a rule. */
export const meshRule = {
  type: "object",
  props: {
    at: "string",
    seen_by: "string",
    nodes: {
      type: "array",
      items: {
        type: "object",
        props: {
          id: "string",
          name: "string",
          hostname: "string|optional",
          services: "string[]",
          available: "boolean",
          gone_at: "string|optional",
          cpu: "number|optional",
          health: { type: "object", optional: true, props: { ready: "boolean", checks: { type: "object" } } },
          calls_total: "number|optional",
          calls_per_second: "number|optional",
          mean_ms: "number|optional",
          p95_ms: "number|optional",
          memory: "number|optional",
          uptime: "number|optional",
        } satisfies Record<keyof MeshNode, object | string>,
      },
    },
  } satisfies Record<keyof Mesh, object | string>,
};

interface RegistryNode {
  readonly id: string;
  readonly available: boolean;
  readonly hostname?: string;
  readonly cpu?: number | null;
  /** `endpoints` only where it has servers of its own, also when it has closed them. */
  readonly metadata?: { node?: string; endpoints?: object };
  readonly services?: readonly { name: string }[];
  /** Seconds of this process's life. */
  readonly offlineSince?: number | null;
}

/** A node that another of its name has replaced is shown for so long after it went, ms; others until Moleculer forgets them. */
const REPLACED_SHOWN = 30_000;

/** Not one that only called, such as the lab's driver or a REPL; what leaves in order withdraws its services first. */
const isMissed = ({ metadata, services = [] }: RegistryNode): boolean =>
  metadata?.endpoints !== undefined || ownNames(services).length > 0;

const ownNames = (services: readonly { name: string }[]): string[] =>
  services.map(({ name }) => name).filter((name) => !name.startsWith("$"));

/** The mesh as this node's registry knows it, with what each node last told of itself. */
export class MeshPicture {
  readonly #broker: ServiceBroker;
  readonly #stats = new Map<string, NodeStats>();

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  heard(nodeID: string, stats: NodeStats): void {
    this.#stats.set(nodeID, stats);
  }

  now(): Mesh {
    const known = this.#broker.registry.getNodeList({ withServices: true }) as unknown as RegistryNode[];
    const ids = new Set(known.map(({ id }) => id));
    for (const id of this.#stats.keys()) if (!ids.has(id)) this.#stats.delete(id);
    const nodes = known.filter((node) => node.available || isMissed(node)).map((node) => this.#picture(node));
    const present = new Set(nodes.filter(({ available }) => available).map(({ name }) => name));
    const since = new Date(Date.now() - REPLACED_SHOWN).toISOString();
    const shown = nodes.filter((node) => node.available || !present.has(node.name) || (node.gone_at ?? "") > since);
    shown.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
    return { at: new Date().toISOString(), seen_by: this.#broker.nodeID, nodes: shown };
  }

  #picture({ id, available, hostname, cpu, metadata, services = [], offlineSince }: RegistryNode): MeshNode {
    const names = [...new Set(ownNames(services))];
    const common = { id, name: metadata?.node ?? id, hostname, services: names, available };
    if (available) return { ...common, cpu: cpu ?? undefined, ...this.#stats.get(id) };
    const ago = (process.uptime() - (offlineSince ?? process.uptime())) * 1000;
    return { ...common, gone_at: new Date(Date.now() - ago).toISOString() };
  }
}
