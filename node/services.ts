import type { ServiceSchema } from "moleculer";
import type { NodeName } from "../config/entry.ts";

/** Moleculer makes a service of a class as it does of a schema. */
type ServiceModule = { default: unknown };

const modules: Record<NodeName, () => Promise<ServiceModule>> = {
  frontend: () => import("../services/frontend/frontend.service.ts"),
  gateway: () => import("../services/gateway/gateway.service.ts"),
  auth: () => import("../services/auth/auth.service.ts"),
  logger: () => import("../services/logger/logger.service.ts"),
  mailer: () => import("../services/mailer/mailer.service.ts"),
  listener: () => import("../services/listener/listener.service.ts"),
  lab: () => import("../services/lab/lab.service.ts"),
};

export async function loadService(name: NodeName): Promise<ServiceSchema> {
  return (await modules[name]()).default as ServiceSchema;
}
