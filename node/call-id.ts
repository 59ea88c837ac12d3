import type { Context } from "moleculer";

/** The same when the call is delivered a second time: the mesh keeps the context's id, what came over AMQP names itself. */
export const callIdOf = ({ id, options }: Pick<Context, "id" | "options">): string => options.callId?.() ?? id;
