import { createServer, type Server } from "node:http";
import type { CaughtMail, Mailbox } from "./mailbox.ts";

/** What was caught: `/` for people, `/mails.json` for programs. */
export function mailView(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    const respond = async () => {
      const mails = await mailbox.list();
      const json = request.url === "/mails.json";
      response.writeHead(200, {
        "Content-Type": json ? "application/json" : "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "X-Content-Type-Options": "nosniff",
      });
      response.end(json ? JSON.stringify(mails) : page(mails));
    };
    respond().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
}

const page = (mails: readonly CaughtMail[]): string => `<!doctype html><html lang="en"><meta charset="utf-8">
<title>Caught mail</title><h1>Caught mail</h1>${mails.map(mailHtml).join("") || "<p>Nothing yet.</p>"}</html>`;

const mailHtml = ({ from, to, subject, text, receivedAt }: CaughtMail): string =>
  `<article><h2>${escapeHtml(subject)}</h2><p>${escapeHtml(from)} to ${escapeHtml(to.join(", "))}, ${receivedAt}</p><pre>${escapeHtml(text)}</pre></article>`;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
