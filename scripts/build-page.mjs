// The pages: bundled by esbuild under names that carry their content's hash, and compressed once here instead of at each request.
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Source maps are for who opens the browser's tools; nobody else asks for them.
await page("public", join("dist", "public"), "", [
  { entryPoints: ["main.tsx", "styles/main.css"], format: "esm", sourcemap: "linked" },
  { entryPoints: ["first-paint.ts"], format: "iife", sourcemap: "linked" },
]);
// The gateway has it at /docs, so its files are at /docs/assets. All but a few lines are another's program: no source map.
await page(join("public", "docs"), join("dist", "docs"), "docs/", [
  { entryPoints: ["docs.ts", "docs.css"], format: "esm" },
]);

/** @param prefix from the page's address to the target's */
async function page(from, to, prefix, bundles) {
  const source = join(root, from);
  const target = join(root, to);
  const assets = join(target, "assets");
  const common = {
    absWorkingDir: source,
    outdir: assets,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    metafile: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    logLevel: "warning",
  };
  /** Old names would pile up beside the new ones. */
  rmSync(target, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const results = await Promise.all(bundles.map((bundle) => build({ ...common, ...bundle })));

  let html = readFileSync(join(source, "index.html"), "utf8").replace('"favicon.svg"', `"${prefix}assets/favicon.svg"`);
  for (const [output, { entryPoint }] of results.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
    if (entryPoint) html = html.replace(`"${entryPoint}"`, `"${prefix}${relative(target, join(source, output))}"`);
  }
  writeFileSync(join(target, "index.html"), html);
  copyFileSync(join(root, "public", "favicon.svg"), join(assets, "favicon.svg"));
  for (const file of globSync("**/*.{html,js,css,svg,map}", { cwd: target })) compress(join(target, file));
}

function compress(file) {
  const content = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(
    `${file}.br`,
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  );
}
