import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** Of an installed package, such as `1.14.7`; undefined where it is not. @param from the URL or path of who uses it */
export function packageVersion(name: string, from: string): string | undefined {
  try {
    const file = findPackageJSON(name, from);
    return file && (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}
