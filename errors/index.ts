export { CodedError } from "./coded-error.ts";
export { toCodedError } from "./from-unknown.ts";
export { invalidField } from "./invalid-field.ts";
export { CodedErrorRegenerator } from "./regenerator.ts";
