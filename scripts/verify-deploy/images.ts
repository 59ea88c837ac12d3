import { nodeNames } from "../../config/entry.ts";
import { developmentPackages } from "./development-packages.ts";
import type { Engine } from "./engine.ts";
import type { Report } from "./report.ts";
import type { ServerImages } from "./stand-ins.ts";

export const VERSION = "verify";
/** The same again under another name, for an update. */
export const NEXT_VERSION = "verify-next";

const images = [...nodeNames, "console"] as const;

export async function buildImages(engine: Engine, servers: ServerImages, report: Report): Promise<void> {
  report.heading("Images");
  for (const name of images) {
    report.progress(`building ${name}`);
    const what = name === "console" ? ["--target=console"] : [`--build-arg=SERVICE=${name}`];
    await engine.build(["-q", ...servers.buildArguments, ...what, `--tag=sixfold/${name}:${VERSION}`, "."]);
    await engine.docker(["tag", `sixfold/${name}:${VERSION}`, `sixfold/${name}:${NEXT_VERSION}`]);
  }
  report.proved(`${images.length} images are built; what each adds to Debian and Node, and the whole:`);
  for (const name of images) report.note(await sizes(engine, name));
  for (const name of images) await holdsItsOwn(engine, name);
  report.proved(
    "each runs as user 1000 and holds its own service, no other, nothing embedded, no development package; every script of ours has its source map",
  );
}

async function sizes(engine: Engine, name: string): Promise<string> {
  const image = `sixfold/${name}:${VERSION}`;
  const layers = await engine.docker(["history", "--human=false", "--format={{.Size}} {{.CreatedBy}}", image]);
  const own = layers.split("\n").filter((layer) => layer.includes("/image/")); // The Dockerfile's last copies.
  const added = own.reduce((sum, layer) => sum + Number.parseInt(layer, 10), 0);
  const whole = Number(await engine.docker(["image", "inspect", "--format={{.Size}}", image]));
  return `  ${name.padEnd(9)} ${megabytes(added).padStart(8)} ${megabytes(whole).padStart(8)}`;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** @throws Error with what should not be there */
async function holdsItsOwn(engine: Engine, name: string): Promise<void> {
  const script = `
    const { existsSync, globSync, readdirSync } = require("node:fs");
    const list = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
    const unwanted = ${JSON.stringify(["node_modules/npm", ...developmentPackages()])};
    console.log(JSON.stringify({
      user: process.getuid(),
      services: list("dist/services"),
      unwanted: [...unwanted.filter((path) => existsSync(path)), ...list("dist/embedded")],
      unmapped: globSync("dist/**/*.js", { exclude: ["dist/docs/**"] }).filter((file) => !existsSync(file + ".map")),
      secrets: globSync("**/{.env,*.pem,*.key}", { exclude: ["node_modules/**"] }),
    }));`;
  const entrypoint = ["run", "--rm", "--network=none", "--read-only", "--entrypoint=node"];
  const found: unknown = JSON.parse(await engine.docker([...entrypoint, `sixfold/${name}:${VERSION}`, "-e", script]));
  const services = name === "console" ? [] : [name];
  const expected = JSON.stringify({ user: 1000, services, unwanted: [], unmapped: [], secrets: [] });
  if (JSON.stringify(found) !== expected) throw new Error(`the image of ${name} holds ${JSON.stringify(found)}`);
}
