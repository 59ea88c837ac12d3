import type { ServiceBroker } from "moleculer";
import type { Exposure } from "./exposure.ts";
import type { Protocol } from "./protocol.ts";

/** What a node tells the mesh of its own servers: the address of each, by protocol. */
type Endpoints = Partial<Record<Protocol, string>>;

/** A node that serves an operation over a protocol. */
export interface Endpoint {
  readonly node: string;
  readonly address: string;
  readonly exposure: Exposure;
  /** As its validation has them, without the functions. */
  readonly params?: object;
}

interface RegistryNode {
  readonly id: string;
  readonly available: boolean;
  readonly metadata?: { endpoints?: Endpoints };
}
interface RegistryAction {
  readonly expose?: Exposure;
  readonly params?: object;
  readonly returns?: object;
  readonly description?: string;
}
interface ActionEndpoints {
  readonly endpoints: readonly { node: RegistryNode; action: RegistryAction }[];
}
interface ActionCatalog {
  readonly actions: ReadonlyMap<string, unknown>;
  get(name: string): ActionEndpoints | undefined;
}

/** Tells the mesh, with the node's next announcement, where this node serves the protocol. */
export function publishEndpoint(broker: ServiceBroker, protocol: Protocol, address: string): void {
  const metadata = broker.metadata as { endpoints?: Endpoints };
  metadata.endpoints = { ...metadata.endpoints, [protocol]: address };
}

/** Tells the mesh at once that this node, which is about to leave, serves the protocol no more. */
export async function withdrawEndpoint(broker: ServiceBroker, protocol: Protocol): Promise<void> {
  const metadata = broker.metadata as { endpoints?: Endpoints };
  metadata.endpoints = { ...metadata.endpoints, [protocol]: undefined };
  await broker.transit?.sendNodeInfo(broker.getLocalNodeInfo()).catch(() => undefined); // The mesh may be away.
}

/** The operations that some node has now. */
export const operationsOf = (broker: ServiceBroker): string[] =>
  [...catalogOf(broker).actions.keys()].filter((operation) => availableOf(broker, operation).length > 0);

/** What the first of the nodes that have the operation now says of it. */
export const actionOf = (broker: ServiceBroker, operation: string): RegistryAction | undefined =>
  availableOf(broker, operation)[0]?.action;

/** What the nodes that have the operation now say of it, whether or not they serve a protocol at this moment. */
export const exposuresOf = (broker: ServiceBroker, operation: string): Exposure[] =>
  availableOf(broker, operation).map(({ action: { expose = {} } }) => expose);

/** The nodes that have the operation now. One that does not serve the protocol is left out. */
export function endpointsOf(broker: ServiceBroker, protocol: Protocol, operation: string): Endpoint[] {
  const found: Endpoint[] = [];
  for (const { node, action } of availableOf(broker, operation)) {
    const address = node.metadata?.endpoints?.[protocol];
    if (address === undefined) continue;
    found.push({ node: node.id, address, exposure: action.expose ?? {}, params: action.params });
  }
  return found;
}

/** The ids of the nodes that have the operation now. */
export const nodesWith = (broker: ServiceBroker, operation: string): string[] =>
  availableOf(broker, operation).map(({ node }) => node.id);

const catalogOf = (broker: ServiceBroker): ActionCatalog =>
  (broker.registry as unknown as { actions: ActionCatalog }).actions;

const availableOf = (broker: ServiceBroker, operation: string): ActionEndpoints["endpoints"] =>
  catalogOf(broker)
    .get(operation)
    ?.endpoints.filter(({ node }) => node.available) ?? [];

/** Tells of each node that is gone where it served the protocol. @returns ends it */
export function onGone(broker: ServiceBroker, protocol: Protocol, tell: (address: string) => void): () => void {
  const listener = ({ node }: { node: RegistryNode }): void => {
    const address = node.metadata?.endpoints?.[protocol];
    if (address !== undefined) tell(address);
  };
  broker.localBus.on("$node.disconnected", listener);
  return () => broker.localBus.off("$node.disconnected", listener);
}

/** Where the protocol is served now, by any node. */
export const addressesOf = (broker: ServiceBroker, protocol: Protocol): Set<string> =>
  new Set(
    (broker.registry as unknown as { nodes: { toArray(): RegistryNode[] } }).nodes
      .toArray()
      .flatMap(({ available, metadata }) => (available ? (metadata?.endpoints?.[protocol] ?? []) : [])),
  );
