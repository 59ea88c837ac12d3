import { CodedError } from "./coded-error.ts";

export const LATE = "the operation did not answer in time";

export const late = (): CodedError => new CodedError("TIMEOUT", LATE);
