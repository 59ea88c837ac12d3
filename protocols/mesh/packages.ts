import { createRequire } from "node:module";
import type { Config } from "../../config/load.ts";

/** What Moleculer loads by name when it is asked for it, and in which version; by the scheme of a transporter's URL. */
const transporters: Readonly<Record<string, string>> = {
  "nats:": "nats@2",
  "redis:": "ioredis@5",
  "rediss:": "ioredis@5",
};
const serializers: Readonly<Partial<Record<Config["serializer"], string>>> = {
  CBOR: "cbor-x@1",
  MsgPack: "notepack.io@3",
};

/** @returns a line for each package that the mesh of this configuration wants and that is not installed here */
export function missingPackages({ transporter, serializer }: Pick<Config, "transporter" | "serializer">): string[] {
  const scheme = /^\w+:/.exec(transporter)?.[0] ?? "";
  const wanted = [
    [`TRANSPORTER: ${scheme}//`, transporters[scheme]],
    [`SERIALIZER: ${serializer}`, serializers[serializer]],
  ] as const;
  return wanted.flatMap(([what, version]) => {
    if (version === undefined || isInstalled(version.split("@", 1)[0] ?? "")) return [];
    return [`${what} wants a package that is not installed here: npm install ${version}`];
  });
}

const { resolve } = createRequire(import.meta.url);

function isInstalled(name: string): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}
