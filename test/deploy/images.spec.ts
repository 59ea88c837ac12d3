import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { nodeNames } from "../../config/entry.ts";
import { read } from "./read.ts";

const release = read(".github/workflows/release.yml");

test("when a service is added, then its image is built, scanned and pushed", () => {
  const built = [...read("docker-bake.hcl").matchAll(/matrix\s*= \{ service = (\[.*\]) \}/g)];
  assert.deepEqual(
    built.map(([, services = ""]) => JSON.parse(services)),
    [nodeNames, nodeNames],
  );
  const { jobs } = parse(release) as { jobs: { scan: { strategy: { matrix: { image: string[] } } } } };
  assert.deepEqual(jobs.scan.strategy.matrix.image, [...nodeNames, "console"]);
});

test("when images are built, then from docker-bake.hcl alone: by itself bake reads Compose's files, too", () => {
  assert.match(read("scripts/images.mjs"), /"bake", "-f", "docker-bake\.hcl"/);
  for (const [, options] of release.matchAll(/buildx bake (.*)/g)) assert.match(options ?? "", /^-f docker-bake\.hcl /);
});
