/** By their names in requests, headers and metrics. */
export const protocols = ["rest", "json-rpc", "grpc", "amqp", "mesh"] as const;
export type Protocol = (typeof protocols)[number];
