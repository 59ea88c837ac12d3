import { invalidField } from "../../errors/index.ts";
import { parseAddress, parseAddresses } from "./address.ts";
import { toAttachments } from "./attachments.ts";
import type { Address, Mail, SendParams } from "./mail.ts";
import { oneLine } from "./one-line.ts";
import { subjectOf, type Variables, variablesIn } from "./templates.ts";

interface Surroundings {
  /** When the caller gives none. */
  readonly id: string;
  /** Bytes. */
  readonly attachmentsLimit: number;
  readonly sender: Address;
  readonly requestId?: string;
  readonly now?: Date;
}

/** The mail that is asked for, ready to be kept. @throws CodedError VALIDATION_FAILED that names the field */
export function toMail(
  params: SendParams,
  { id, attachmentsLimit, sender, requestId, now = new Date() }: Surroundings,
): Mail {
  const { template = "message" } = params;
  const to = parseAddresses("to", params.to);
  const variables = variablesOf(params);
  return {
    _id: oneLine("id", params.id ?? id),
    from: params.from ? parseAddress("from", params.from) : sender,
    to,
    subject: params.subject === undefined ? subjectOf(template, variables) : oneLine("subject", params.subject),
    template,
    variables,
    attachments: toAttachments(params.attachments, attachmentsLimit),
    request_id: requestId,
    created_at: now,
    status: "queued",
    attempts: 0,
    remaining: to.map(({ address }) => address),
    next_at: now,
  };
}

/** Those the template has; `message` and `subject` are what the template "message" calls its own. */
function variablesOf({ template = "message", subject, message, variables = {} }: SendParams): Variables {
  const given: Variables = {
    ...variables,
    ...(message === undefined ? {} : { message }),
    ...(subject === undefined ? {} : { subject: oneLine("subject", subject) }),
  };
  const { all, required } = variablesIn(template);
  const missing = required.find((name) => given[name] === undefined);
  if (missing !== undefined)
    throw invalidField(template === "message" ? missing : `variables.${missing}`, "is required.");
  return Object.fromEntries(Object.entries(given).filter(([name]) => all.includes(name)));
}
