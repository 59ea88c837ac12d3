import type { Service, ServiceSchema } from "moleculer";

type Hook<T> = (this: T, schema: ServiceSchema) => void;

/** Moleculer's schema with the hook its types leave out, and `this` being the service as the mixin makes it. */
interface MixinSchema<T> extends Omit<Partial<ServiceSchema>, "created" | "started" | "stopped" | "methods"> {
  /** Called with the finished schema, before the service is made of it. */
  merged?: Hook<T>;
  created?: (this: T) => void;
  started?: (this: T) => Promise<void> | void;
  stopped?: (this: T) => Promise<void> | void;
  methods?: Record<string, (this: T, ...args: never[]) => unknown>;
}

/** @typeParam Adds what a service with the mixin has; the service's class declares the same */
export const defineMixin = <Adds>(schema: MixinSchema<Service & Adds>): Partial<ServiceSchema> =>
  schema as Partial<ServiceSchema>;
