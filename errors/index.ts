export { CodedError } from "./coded-error.ts";
export { toCodedError } from "./from-unknown.ts";
export { invalidField } from "./invalid-field.ts";
export { LATE, late } from "./late.ts";
export { CodedErrorRegenerator } from "./regenerator.ts";
export { tellFailure } from "./tell-failure.ts";
