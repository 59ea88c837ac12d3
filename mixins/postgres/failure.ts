import { BaseError, ConnectionError, TimeoutError } from "sequelize";
import { CodedError } from "../../errors/index.ts";

type Parent = Error & { code?: string };

/** SQLSTATE classes and states after which the same statement may succeed: connection, resources, shutdown, locks. */
const passing = /^(08|53|57P|40|57014|55P03|25P03|25006)/;
/** What pg says when a connection broke under a statement, or the answer did not come. */
const broken = /^(Connection terminated|Query read timeout|timeout expired|Client has encountered a connection error)/;
const networkCodes = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN)/;

/**
 * The coded form of what the database refused or did not answer. Sequelize's own errors carry the statement and its values,
 * password hashes among them: nothing of that goes on, neither to a client nor into a log.
 */
export function databaseFailure(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  if (!(error instanceof BaseError) && !isParent(error)) return new CodedError("INTERNAL", ours, { cause: error });
  const cause = new Error(reasonOf(error));
  return isPassing(error)
    ? new CodedError("DEPENDENCY_UNAVAILABLE", "the database does not answer now", { cause })
    : new CodedError("INTERNAL", ours, { cause });
}

/** In one line why, without any row's values. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { parent = error } = error as Error & { parent?: Parent };
  const all = parent instanceof AggregateError ? parent.errors.map(String).join(", ") : "";
  return [parent.message || all || error.message || error.name, (parent as Parent).code]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}

const ours = "something went wrong on our side";

function isPassing(error: Error): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  const { parent = error } = error as Error & { parent?: Parent };
  const { code = "" } = parent as Parent;
  return passing.test(code) || networkCodes.test(code) || broken.test(parent.message);
}

/** An error of pg itself, which Sequelize lets through while it opens a connection or a transaction. */
const isParent = (error: unknown): error is Parent =>
  error instanceof Error && (typeof (error as Parent).code === "string" || broken.test(error.message));
