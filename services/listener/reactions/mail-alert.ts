import type { Reaction } from "./reaction.ts";

/** Accepted is enough: the mailer keeps the mail and sends it, whatever the mail server says meanwhile. */
export const mailAlert: Reaction = async ({ name, data, id, requestId = "" }, { call, alerts }) => {
  if (alerts.to.length === 0 || !alerts.allow(id)) return;
  const variables = { name: excerpt(name, 200), data: excerpt(data, 10_000), request_id: requestId };
  await call("mailer.send", { id: `alert:${id}`, to: alerts.to, template: "alert", variables, wait: false });
};

/** The whole of it is in the log. */
const excerpt = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length)}…`);
