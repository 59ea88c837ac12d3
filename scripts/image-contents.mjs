// Lays out what one image holds: the built modules that its program reaches, the files beside them, and the packages that
// those import. In the Dockerfile: node scripts/image-contents.mjs auth NODE_MODULES TARGET
import { cpSync, existsSync, globSync, lutimesSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = "", packages = "", target = ""] = process.argv.slice(2);
const programs =
  name === "console"
    ? ["dist/node/repl.js"]
    : ["dist/node/main.js", "dist/node/probe.js", `dist/services/${name}/${name}.service.js`];
/** What a service starts as a process of its own nobody imports, so all that is the service's counts. */
const own = globSync(`dist/services/${name}/**/*.js`, { cwd: root });
/** The images that hold a page; what else lies beside a module is found by itself. */
const page = { frontend: ["dist/public"], gateway: ["dist/docs"] }[name] ?? [];
/** The REPL is loaded by name where Moleculer is asked for it. */
const loadedByName = name === "console" ? ["moleculer-repl"] : [];

for (const program of programs) {
  if (!existsSync(join(root, program)))
    fail(`There is no ${program}: SERVICE is a folder of services/, not "${name}".`);
}

const { modules, imported } = await reachedFrom([...programs, ...own]);
for (const module of modules) copy(join(root, module), join(target, "app", module));
for (const file of [...page, ...beside(modules)]) copy(join(root, file), join(target, "app", file));
const { version, type, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
writeFileSync(join(target, "app", "package.json"), JSON.stringify({ name: `sixfold/${name}`, version, license, type }));
for (const folder of closure([...imported, ...loadedByName])) copyPackage(folder);
mkdirSync(join(target, "data"));
settleTimes(target);

/** esbuild knows what imports what; nothing is bundled. Other services and the embedded servers stay out. */
async function reachedFrom(entryPoints) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: "unused",
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    external: ["../services/*", "../embedded/*"],
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const outside = imports.filter(({ path, external }) => external && !/^(node:|\.)/.test(path));
  return {
    modules: Object.keys(metafile.inputs).flatMap((file) => [file, `${file}.map`]),
    imported: [...new Set(outside.map(({ path }) => packageOf(path)))],
  };
}

function packageOf(path) {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

/** Templates, styles and .proto files in the folders of the modules, and below those. */
function beside(modules) {
  const folders = new Set(modules.map(dirname).filter((folder) => folder !== "dist"));
  return globSync("dist/**/*.{hbs,css,proto}", { cwd: root, exclude: ["dist/public/**", "dist/docs/**"] }).filter(
    (file) => {
      const folder = dirname(file);
      return folders.has(folder) || folders.has(dirname(folder));
    },
  );
}

/** The folders of these packages and of all that they depend on; of what is optional, what is installed. */
function closure(names) {
  const locked = Object.entries(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages);
  const found = new Set();
  const look = (name, from, isNeeded) => {
    const folder = resolve(name, from);
    if (folder === undefined && isNeeded) fail(`${name}, which ${from || "the build"} imports, is not installed.`);
    // Types do nothing at run time.
    if (folder === undefined || found.has(folder) || name.startsWith("@types/")) return;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8"));
    requirePart(folder, manifest, locked);
    const optional = { ...manifest.optionalDependencies, ...manifest.peerDependenciesMeta };
    const dependencies = { ...manifest.dependencies, ...manifest.peerDependencies, ...optional };
    for (const dependency of Object.keys(dependencies)) look(dependency, folder, !(dependency in optional));
  };
  for (const name of names) look(name, "", true);
  return found;
}

/** npm installs no native part, without a word, when its registry lacks the one for a platform: the package would not load. */
function requirePart(folder, { name, optionalDependencies = {} }, locked) {
  const parts = Object.keys(optionalDependencies).filter((part) =>
    locked.some(([path, { os }]) => path.endsWith(`node_modules/${part}`) && os?.includes("linux")),
  );
  if (parts.length === 0 || parts.some((part) => resolve(part, folder) !== undefined)) return;
  fail(`${name} has no part for this platform: none of ${parts.join(", ")} is installed.`);
}

/** As Node does: beside the package's own dependencies, then outwards. */
function resolve(name, from) {
  const folders = from === "" ? [] : from.split("/node_modules/");
  for (let depth = folders.length; depth >= 0; depth--) {
    const folder = [...folders.slice(0, depth), name].join("/node_modules/");
    if (existsSync(join(packages, folder, "package.json"))) return folder;
  }
  return undefined;
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}

/** Without its nested packages, which come by themselves, and what only a compiler or a debugger reads. */
function copyPackage(folder) {
  const from = join(packages, folder);
  const filter = (path) => !/^node_modules\b|\.([cm]?ts|map)$/.test(relative(from, path));
  cpSync(from, join(target, "node_modules", folder), { recursive: true, filter });
}

/** The same contents are the same layer, whenever it is built. */
function settleTimes(folder) {
  for (const file of [folder, ...globSync("**/*", { cwd: folder }).map((found) => join(folder, found))])
    lutimesSync(file, 0, 0);
}

function fail(text) {
  console.error(text);
  process.exit(1);
}
