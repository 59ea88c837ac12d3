import type { ActionSchema } from "moleculer";

/** Whether others may ask for an action: it is neither private nor one of Moleculer's own. */
export const isExposed = ({ name = "", visibility }: ActionSchema): boolean =>
  visibility !== "private" && !name.startsWith("$");
