import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { listPage, mailPage, notFoundPage, style } from "./mail-pages.ts";
import type { Mailbox } from "./mailbox.ts";

interface Page {
  readonly status: number;
  readonly type: string;
  readonly policy: string;
  readonly body: string;
}

const hash = createHash("sha256").update(style).digest("base64");
const ownPolicy = `default-src 'none'; style-src 'sha256-${hash}'; frame-src 'self'; base-uri 'none'; form-action 'none'`;
/** A mail may look as it likes, and do nothing: no script, no form, no picture from elsewhere. */
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

const own = (body: string, status = 200): Page => ({
  status,
  type: "text/html; charset=utf-8",
  policy: ownPolicy,
  body,
});

/** What was caught: `/` and `/mails/ID` for people, `/mails.json` for programs. */
export function mailView(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    const respond = async () => {
      const { status, type, policy, body } = await pageFor(request.url ?? "/", mailbox);
      response.writeHead(status, {
        "Content-Type": type,
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
      });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    respond().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
}

async function pageFor(url: string, mailbox: Mailbox): Promise<Page> {
  const path = url.split("?")[0] ?? "/";
  if (path === "/") return own(listPage(await mailbox.list()));
  if (path === "/mails.json") {
    return { ...own(JSON.stringify(await mailbox.list())), type: "application/json" };
  }
  const [, id = "", html] = /^\/mails\/([^/]+)(\/html)?$/.exec(path) ?? [];
  const mail = await mailbox.get(id);
  if (mail === undefined) return own(notFoundPage(), 404);
  return html === undefined ? own(mailPage(mail)) : { ...own(mail.html), policy: mailPolicy };
}
