import type { CaughtMail } from "./mailbox.ts";

export const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
ul { list-style: none; padding: 0; }
li { padding: .5rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
small { display: block; opacity: .75; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { width: 100%; height: 24rem; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); background: #fff; }`;

const layout = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${escapeHtml(title)}</title><style>${style}</style></head><body>${content}</body></html>`;

export const listPage = (mails: readonly CaughtMail[]): string =>
  layout(
    "Caught mail",
    `<h1>Caught mail</h1>${mails.length === 0 ? "<p>Nothing yet.</p>" : `<ul>${mails.map(item).join("")}</ul>`}`,
  );

const item = (mail: CaughtMail): string =>
  `<li><a href="/mails/${mail.id}">${escapeHtml(mail.subject || "(no subject)")}</a><small>${about(mail)}</small></li>`;

export const mailPage = (mail: CaughtMail): string =>
  layout(
    mail.subject,
    `<p><a href="/">All mail</a></p><h1>${escapeHtml(mail.subject || "(no subject)")}</h1><p>${about(mail)}</p>` +
      `${attachments(mail)}<h2>As HTML</h2><iframe title="The mail as HTML" sandbox src="/mails/${mail.id}/html"></iframe>` +
      `<h2>As text</h2><pre>${escapeHtml(mail.text)}</pre>`,
  );

export const notFoundPage = (): string =>
  layout("Not found", `<h1>There is no such mail</h1><p><a href="/">All mail</a></p>`);

const about = ({ from, to, receivedAt }: CaughtMail): string =>
  escapeHtml(`${from} to ${to.join(", ")}, ${receivedAt}`);

/** A mail caught by an older version has none noted. */
const attachments = ({ attachments = [] }: Partial<CaughtMail>): string =>
  attachments.length === 0
    ? ""
    : `<h2>Attached</h2><ul>${attachments
        .map(({ filename, mimeType, size }) => `<li>${escapeHtml(`${filename} (${mimeType}, ${size} bytes)`)}</li>`)
        .join("")}</ul>`;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
