import type { Context } from "moleculer";

const header = "x-call-id";

/** For a call inside the node: what it asks for is the same whenever it comes with this id. */
export const withCallId = (id: string): Record<string, string> => ({ [header]: id });

/** The same when the call is delivered a second time: the mesh keeps the context's id, what came over AMQP names itself. */
export const callIdOf = ({ id, headers }: Pick<Context, "id" | "headers">): string =>
  (headers as Readonly<Record<string, string | undefined>>)[header] ?? id;
