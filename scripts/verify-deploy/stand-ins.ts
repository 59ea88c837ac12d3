import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, succeeds } from "./command.ts";
import { cache, type Engine } from "./engine.ts";
import type { Report } from "./report.ts";

/** Variables of docker-compose.yml, and the build's arguments. */
export interface ServerImages {
  readonly compose: NodeJS.ProcessEnv;
  readonly buildArguments: readonly string[];
  readonly areStandIns: boolean;
  /** What stands in for an image that k8s.yaml names; none where a registry gives them all. */
  readonly standIns: readonly { readonly image: string; readonly standIn: string }[];
}

const files = join(import.meta.dirname, "stand-ins");
const servers = ["postgres", "mongo", "rabbitmq", "mailpit", "caddy", "prometheus", "jaeger"] as const;
const inKubernetes = [
  ["postgres:17", "postgres"],
  ["mongo:8", "mongo"],
  ["rabbitmq:4-management", "rabbitmq"],
  ["axllent/mailpit:v1.27", "mailpit"],
] as const;
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/** The images that docker-compose.yml names where a registry gives them, else what stands in for them here. */
export async function serverImages(engine: Engine, report: Report): Promise<ServerImages> {
  report.progress("asking the registry for the base image");
  const pulled = await engine.docker(["pull", "-q", "debian:bookworm-slim"]).then(
    () => true,
    () => false,
  );
  if (pulled) return { compose: {}, buildArguments: [], areStandIns: false, standIns: [] };
  await makeStandIns(engine, report);
  return {
    compose: Object.fromEntries(servers.map((name) => [`${name.toUpperCase()}_IMAGE`, `stand-in/${name}`])),
    // The host's network: its registries are the only ones here.
    buildArguments: [
      "--network=host",
      "--build-arg=NODE_IMAGE=stand-in/node",
      "--build-arg=BASE_IMAGE=stand-in/debian:bookworm-slim",
    ],
    areStandIns: true,
    standIns: inKubernetes.map(([image, name]) => ({ image, standIn: `stand-in/${name}` })),
  };
}

async function makeStandIns(engine: Engine, report: Report): Promise<void> {
  await makeDebian(engine, report);
  const context = mkdtempSync(join(tmpdir(), "sixfold-stand-ins-"));
  try {
    await gather(context, report);
    for (const target of ["node", ...servers]) {
      report.progress(`stand-in for ${target}`);
      await engine.build(["-q", "--network=host", `--target=${target}`, `--tag=stand-in/${target}`, context]);
    }
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  report.note("No registry gives images here. Stand-ins, which prove the wiring and not the versions:");
  for (const [name, command] of versions) {
    const shown = await engine.docker(["run", "--rm", "--entrypoint", "sh", `stand-in/${name}`, "-c", command]);
    report.note(`  ${name.padEnd(10)} ${shown}`);
  }
}

const versions = [
  ["node", "echo Node $(node --version) on Debian $(cat /etc/debian_version)"],
  ["postgres", "postgres --version"],
  ["rabbitmq", "echo RabbitMQ $(rabbitmqctl version)"],
  ["mongo", "echo FerretDB $(ferretdb --version | sed -n 's/^version: //p') on SQLite, for MongoDB"],
  ["caddy", "echo Caddy $(caddy version)"],
  ["mailpit", "echo a small SMTP server, for Mailpit"],
  ["prometheus", "prometheus --version 2>&1 | sed -n '1s/^prometheus, version \\([^ ]*\\).*/Prometheus \\1/p'"],
  [
    "jaeger",
    '/cmd/jaeger/jaeger-linux version 2>/dev/null | sed \'s/.*gitVersion":"v\\([^"]*\\).*/Jaeger \\1, without its pages/\'',
  ],
] as const;

/** Debian from its package mirror. */
async function makeDebian(engine: Engine, report: Report): Promise<void> {
  const image = "stand-in/debian:bookworm-slim";
  if (await engine.docker(["image", "inspect", image]).then(() => true, () => false)) return; // biome-ignore format: one line
  report.progress("Debian by debootstrap");
  const folder = mkdtempSync(join(tmpdir(), "sixfold-debian-"));
  const [root, archive] = [join(folder, "root"), join(folder, "debian.tar")];
  try {
    const mirror = await run("sh", ["-c", "sed -n 's/^URIs: //p' /etc/apt/sources.list.d/*.sources | head -1"]);
    await run("debootstrap", ["--variant=minbase", "bookworm", root, ...(mirror ? [mirror] : [])]);
    await run("tar", [
      "-C",
      root,
      "--exclude=./var/cache/apt/archives/*.deb",
      "--exclude=./proc/*",
      "-cf",
      archive,
      ".",
    ]);
    await engine.docker(["import", archive, image]);
  } finally {
    await succeeds("umount", [join(root, "proc")]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the stand-ins' Dockerfile copies: this machine's Node, npm, its settings and the authorities that it believes. */
async function gather(context: string, report: Report): Promise<void> {
  cpSync(files, context, { recursive: true });
  cpSync(process.execPath, join(context, "node"), { dereference: true });
  cpSync(join(await run("npm", ["root", "-g"]), "npm"), join(context, "npm"), { recursive: true, dereference: true });
  const settings = await run("npm", ["config", "get", "globalconfig"]);
  cpSync(existsSync(settings) ? settings : "/dev/null", join(context, "npmrc"));
  cpSync(certificates, join(context, "ca-certificates.crt"), { dereference: true });
  for (const name of ["ferretdb", "jaeger"]) {
    const program = join(cache, name);
    if (!existsSync(program)) {
      report.progress(`${name} from its Go module: some minutes`);
      mkdirSync(cache, { recursive: true });
      await run("sh", [join(import.meta.dirname, "..", `build-${name}.sh`), program]);
    }
    cpSync(program, join(context, name));
    chmodSync(join(context, name), 0o755);
  }
}
