/** What a person can do about an error, by its code. */
const advice: Readonly<Record<string, string>> = {
  MALFORMED_BODY: "Send one JSON object; the editor shows where it goes wrong.",
  VALIDATION_FAILED: "Correct the field that the message names, then send it again.",
  UNKNOWN_ACTION: "The action is one of auth, log and mail. Reset puts the example back.",
  INVALID_CREDENTIALS: "Check the address and the password.",
  UNAUTHENTICATED: "Sign in (top right), then send it again.",
  FORBIDDEN: "This user may not do that.",
  NOT_FOUND: "It is not there any more, or never was. A list that still has it is out of date.",
  METHOD_NOT_ALLOWED: "This address does not take such a request.",
  CONFLICT: "The name is taken, or something is under way already. Choose another, or wait.",
  BODY_TOO_LARGE: "Send less at once: the limit is 1 MiB unless BODY_LIMIT says otherwise.",
  MAIL_REFUSED: "The mail server does not take this mail. Check the addresses and the size.",
  TOO_MANY_REQUESTS: "Wait a minute, then try again.",
  INTERNAL: "The fault is on the server's side. Its log has the details under the request id.",
  OVERLOADED: "The node has more in hand than it takes. Try again in a moment.",
  SERVICE_UNAVAILABLE: "No node offers this now; Mesh shows who is gone. It works again by itself when one is back.",
  DEPENDENCY_UNAVAILABLE: "A server behind the service is away. It works again by itself when it is back.",
  PROTOCOL_UNAVAILABLE: "This operation is not served over this protocol. The same request goes over the mesh.",
  TIMEOUT: "The service is there but slow. Try again; what must not be done twice, look for first: it may be done.",
  NO_ANSWER: "Is the gateway running, and is this page's address among its ALLOWED_ORIGINS?",
  NO_ANSWER_IN_TIME: "The gateway took the request and said nothing. Mesh shows whether its nodes are well.",
  PAGE_ERROR: "Load the page anew.",
};

export const adviceFor = (code: string | undefined): string =>
  advice[code ?? ""] ?? "Try again; if it stays, look for the request id in the log.";
