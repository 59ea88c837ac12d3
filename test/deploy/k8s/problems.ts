import { read } from "../read.ts";
import type { Manifest } from "./manifests.ts";
import { probeProblems } from "./probes.ts";
import { referenceProblems } from "./references.ts";
import { replicaProblems } from "./replicas.ts";
import { restrictionProblems } from "./restricted.ts";
import { schemaProblems } from "./schema.ts";

const httpMixin = read("mixins/http.mixin.ts");
/** The paths that every node's HTTP port answers. */
const served = new Set([...httpMixin.matchAll(/http\.route\("GET (\/\w+)"/g)].map(([, path = ""]) => path));

/** What every check has to say, one line each. */
export async function problems(of: readonly Manifest[]): Promise<string[]> {
  return [
    ...(await schemaProblems(of)),
    ...referenceProblems(of),
    ...restrictionProblems(of),
    ...probeProblems(of, served),
    ...replicaProblems(of),
  ];
}
