export { CodedError } from "./coded-error.ts";
export { toCodedError } from "./from-unknown.ts";
export { CodedErrorRegenerator } from "./regenerator.ts";
