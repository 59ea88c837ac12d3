import { entries } from "../../config/entries.ts";
import type { Entry, NodeName } from "../../config/entry.ts";

/** What no deployment sets, beside ports: whoever adds a variable sets it there, or says here that its default is right. */
export const leftAtDefault =
  `EMBEDDED_PORTS NAMESPACE NODE_ID TRANSPORTER SERIALIZER BODY_LIMIT GRPC_TLS GRPC_TLS_CERT GRPC_TLS_KEY GRPC_TLS_CA
  PUBLIC_DIR DOCS_DIR MONGO_DATABASE_PREFIX`.split(/\s+/);

/** The variables, beside ports, that some of these nodes read and none of them has. @param environments each node's names */
export function unset(environments: ReadonlyMap<NodeName, readonly string[]>): string[] {
  const left = Object.values<Entry>(entries).filter(({ names, nodes }) => {
    const readers = [...environments.keys()].filter((node) => nodes === "all" || nodes.includes(node));
    const variables = names.flatMap((name) => [name, `${name}_FILE`]);
    const has = (node: NodeName) => environments.get(node)?.some((variable) => variables.includes(variable));
    return readers.length > 0 && !readers.some(has);
  });
  return left
    .map(({ names: [name] }) => name)
    .filter((name) => !name.endsWith("_PORT"))
    .sort();
}
