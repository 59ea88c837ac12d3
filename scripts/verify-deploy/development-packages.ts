import { readFileSync } from "node:fs";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>;
}

/** Where package-lock.json has what no image wants: what is there for development alone, and our workspaces, which are links. */
export function developmentPackages(): string[] {
  const lock = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
  const installed = Object.entries((JSON.parse(lock) as Lock).packages).filter(([path]) =>
    /^node_modules\//.test(path),
  );
  return installed.filter(([, { dev, link }]) => dev === true || link === true).map(([path]) => path);
}
