import type { Manifest } from "./manifests.ts";

interface Validate {
  (data: unknown): boolean;
  readonly errors?: readonly { readonly instancePath: string; readonly message?: string; readonly keyword: string }[];
}

/** What kubernetes-models finds wrong with the types, and the fields it does not know: an API server would refuse both. */
export async function schemaProblems(manifests: readonly Manifest[]): Promise<string[]> {
  const found = await Promise.all(manifests.map(problemsOf));
  return found.flat();
}

async function problemsOf(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind, metadata } = manifest;
  const named = `${kind} ${metadata?.name}`;
  const validate = await validatorOf(apiVersion, kind);
  if (validate === undefined) return [`${named}: there is no ${kind} in ${apiVersion}`];
  const unread = new Set<string>();
  validate(watched(manifest, "", unread));
  const errors = validate.errors ?? [];
  return [
    ...errors.map(({ instancePath, message, keyword }) => `${named}: ${instancePath || "/"} ${message ?? keyword}`),
    ...[...unread].map((path) => `${named}: ${path} is not a field`),
  ];
}

async function validatorOf(apiVersion: string, kind: string): Promise<Validate | undefined> {
  const [version = "", group = "core"] = apiVersion.split("/").reverse();
  const words = [group.split(".")[0] ?? "", version].map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  try {
    const schema = (await import(`kubernetes-models/_schemas/IoK8sApi${words.join("")}${kind}`)) as {
      validate: Validate;
    };
    return schema.validate;
  } catch {
    return undefined;
  }
}

/** The same, and what is read of it leaves `unread`: a validator reads the fields that it knows, and no others. */
function watched<T>(value: T, path: string, unread: Set<string>): T {
  if (typeof value !== "object" || value === null) return value;
  const children = Object.entries(value).map(([key, child]) => {
    unread.add(`${path}/${key}`);
    return [key, watched(child, `${path}/${key}`, unread)] as const;
  });
  const copy = Array.isArray(value) ? children.map(([, child]) => child) : Object.fromEntries(children);
  return new Proxy(copy, {
    get(target, key) {
      if (typeof key === "string") unread.delete(`${path}/${key}`);
      return Reflect.get(target, key);
    },
  }) as T;
}
