export { AmqpMemoryServerError } from "./errors.ts";
export type { AmqpMemoryServerOptions } from "./options.ts";
export { AmqpMemoryServer, type QueueStats, type ServerStats } from "./server.ts";
