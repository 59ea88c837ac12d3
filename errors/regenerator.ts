import { Errors } from "moleculer";
import { CodedError } from "./coded-error.ts";
import { isCode } from "./codes.ts";

/** Makes a CodedError that arrives over the mesh a CodedError again. */
export class CodedErrorRegenerator extends Errors.Regenerator {
  // Moleculer's types say Error; its code goes on by itself when there is none.
  override restoreCustomError(plain: Errors.PlainMoleculerError): Error {
    if (plain.name !== "CodedError" || !isCode(plain.type)) return undefined as unknown as Error;
    return new CodedError(plain.type, plain.message, { data: plain.data });
  }
}
