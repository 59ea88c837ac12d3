import assert from "node:assert/strict";
import { test } from "node:test";
import { dependencyProblems, layersOf, stagesOf, variablesOf } from "./dockerfile.ts";
import { read } from "./read.ts";

const text = read("Dockerfile");
const problemsOf = (dockerfile: string) => {
  const stages = stagesOf(dockerfile);
  return ["service", "console"].flatMap((image) => [...dependencyProblems(stages, image)]);
};

test("when an image is built, then no development dependency comes into it", () => {
  assert.deepEqual(problemsOf(text), []);
});

for (const [what, found, instead, says] of [
  ["the dependencies are all installed", /npm ci --omit=dev/, "npm ci", /service takes node_modules from contents/],
  ["the build's own node_modules are laid out", /"\$SERVICE" \/dependencies/, '"$SERVICE" /src', /from contents/],
  [
    "they are copied from the build",
    /--from=contents \/image\/node_modules/,
    "--from=build /src/node_modules",
    /from build/,
  ],
  ["npm runs in the image", /USER 1000:1000/, "RUN npm ci", /base runs npm in the image/],
] as const) {
  test(`when ${what}, then it is found`, () => {
    const changed = text.replace(found, instead);
    assert.notEqual(changed, text);
    assert.match(problemsOf(changed).join("\n"), says);
  });
}

test("when an image runs, then as nobody in particular, in production, on every address", () => {
  const stages = stagesOf(text);
  for (const image of ["service", "console"]) {
    const users = layersOf(stages, image).flatMap(({ instructions }) =>
      instructions.filter(({ word }) => word === "USER"),
    );
    assert.deepEqual(users, [{ word: "USER", rest: "1000:1000" }], image);
    const { NODE_ENV, HOST } = variablesOf(stages, image);
    assert.deepEqual({ NODE_ENV, HOST }, { NODE_ENV: "production", HOST: "0.0.0.0" }, image);
  }
});
