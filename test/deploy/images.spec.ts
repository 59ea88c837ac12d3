import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { nodeNames } from "../../config/entry.ts";
import { read } from "./read.ts";

const release = read(".github/workflows/release.yml");
const { jobs } = parse(release) as {
  jobs: {
    push: { needs: string[] };
    scan: { needs: string[]; strategy: { matrix: { image: string[]; platform: string[] } } };
    release: { needs: string[] };
  };
};

test("when a service is added, then its image is built, scanned and pushed", () => {
  const built = [...read("docker-bake.hcl").matchAll(/matrix\s*= \{ service = (\[.*\]) \}/g)];
  assert.deepEqual(
    built.map(([, services = ""]) => JSON.parse(services)),
    [nodeNames, nodeNames],
  );
  const { matrix } = jobs.scan.strategy;
  assert.deepEqual(matrix.image, [...nodeNames, "console"]);
  assert.deepEqual(/for image in (.*); do/.exec(release)?.[1]?.split(" "), matrix.image);
});

test("when images get their version, then it is those that were scanned, on every platform that they were built for", () => {
  assert.deepEqual(
    [jobs.scan.needs, jobs.release.needs],
    [
      ["version", "push"],
      ["version", "scan"],
    ],
  );
  const [, platforms = ""] = /platforms = (\[.*\])/.exec(read("docker-bake.hcl")) ?? [];
  assert.deepEqual(jobs.scan.strategy.matrix.platform, JSON.parse(platforms));
  const builders = Object.entries(jobs).filter(([, job]) => /bake|images:push/.test(JSON.stringify(job)));
  assert.deepEqual(
    builders.map(([name]) => name),
    ["push"],
  );
});

test("when images are built, then from docker-bake.hcl alone: by itself bake reads Compose's files, too", () => {
  assert.match(read("scripts/images.mjs"), /"bake", "-f", "docker-bake\.hcl"/);
  assert.doesNotMatch(release, /buildx bake/);
});
