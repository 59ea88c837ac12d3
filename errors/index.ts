export { CodedError } from "./coded-error.ts";
export { type Code, codes } from "./codes.ts";
export { toCodedError } from "./from-unknown.ts";
export { CodedErrorRegenerator } from "./regenerator.ts";
