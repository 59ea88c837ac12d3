import type { Environment } from "../../../config/load.ts";
import { type Manifest, ofKind, type Workload } from "./manifests.ts";

/**
 * What a container's process finds in its environment, as the kubelet makes it: `envFrom` first, then `env` over it, with
 * `$(NAME)` for what came before.
 * @param own the values of Secrets that are not in the file
 * @throws Error for a ConfigMap, Secret or key that is not there
 */
export function environmentOf(
  { name, containers }: Workload,
  manifests: readonly Manifest[],
  own: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Environment {
  const found: Record<string, string> = {};
  const configMap = (wanted = "") => valuesIn(ofKind(manifests, "ConfigMap"), wanted);
  const secret = (wanted = "") => own[wanted] ?? valuesIn(ofKind(manifests, "Secret"), wanted);
  for (const { env = [], envFrom = [] } of containers) {
    for (const { configMapRef, secretRef } of envFrom) {
      const values = configMapRef === undefined ? secret(secretRef?.name) : configMap(configMapRef.name);
      if (values === undefined) throw new Error(`${name}: there is no ${configMapRef?.name ?? secretRef?.name}`);
      Object.assign(found, values);
    }
    for (const { name: variable, value, valueFrom } of env) {
      const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom ?? {};
      const reference = secretKeyRef ?? configMapKeyRef;
      const values = secretKeyRef === undefined ? configMap(reference?.name) : secret(secretKeyRef.name);
      if (fieldRef !== undefined) found[variable] = ofThePod(name, fieldRef.fieldPath);
      else if (reference === undefined) found[variable] = filledIn(name, value ?? "", found);
      else if (values?.[reference.key] !== undefined) found[variable] = values[reference.key] ?? "";
      else if (!reference.optional) throw new Error(`${name}: there is no ${reference.key} in ${reference.name}`);
    }
  }
  return found;
}

function valuesIn(manifests: readonly Manifest[], wanted: string): Readonly<Record<string, string>> | undefined {
  const found = manifests.find(({ metadata }) => metadata.name === wanted);
  return found && { ...found.data, ...found.stringData };
}

function ofThePod(workload: string, field: string): string {
  if (field !== "status.podIP") throw new Error(`${workload}: ${field} is not known here`);
  return "10.244.0.7";
}

function filledIn(workload: string, value: string, known: Environment): string {
  return value.replace(/\$\((\w+)\)/g, (_, variable: string) => {
    const found = known[variable];
    if (found === undefined) throw new Error(`${workload}: ${variable} is not set before it is used`);
    return found;
  });
}
