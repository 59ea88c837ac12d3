import type { Reaction } from "./reaction.ts";

export const storeInLog: Reaction = ({ name, data, severity, id }, { call }) =>
  call("logger.write", { name, data, severity, source: "listener", event_id: id });
