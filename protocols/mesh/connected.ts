import type { ServiceBroker } from "moleculer";

/** Moleculer's transit goes on saying so after its transporter lost the connection: both must. */
export const isConnected = (broker: ServiceBroker): boolean =>
  broker.transit?.connected === true && broker.transit.tx.connected;
