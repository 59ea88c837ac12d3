// The page: bundled by esbuild under names that carry their content's hash, and compressed once here instead of at each request.
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "public");
const target = join(root, "dist", "public");
const common = {
  absWorkingDir: source,
  outdir: join(target, "assets"),
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  target: ["chrome123", "firefox120", "safari17.5"],
  logLevel: "warning",
};

/** Old names would pile up beside the new ones. */
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const results = await Promise.all([
  build({ ...common, entryPoints: ["main.tsx", "styles/main.css"], format: "esm" }),
  build({ ...common, entryPoints: ["first-paint.ts"], format: "iife" }),
]);

let html = readFileSync(join(source, "index.html"), "utf8");
for (const [output, { entryPoint }] of results.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
  if (entryPoint) html = html.replace(`"${entryPoint}"`, `"${relative(target, join(source, output))}"`);
}
writeFileSync(join(target, "index.html"), html);
copyFileSync(join(source, "favicon.svg"), join(target, "favicon.svg"));

for (const file of globSync("**/*.{html,js,css,svg}", { cwd: target })) {
  const content = readFileSync(join(target, file));
  writeFileSync(join(target, `${file}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(
    join(target, `${file}.br`),
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  );
}
