import { readFileSync } from "node:fs";

/** @param path of a file in this repository */
export const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
