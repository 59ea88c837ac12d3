import type { IncomingMessage, ServerResponse } from "node:http";
import { sendText } from "../../mixins/http-edge.ts";

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Nothing here</title>
</head>
<body>
  <main>
    <h1>There is nothing at this address</h1>
    <p><a href="/">Go to the start</a></p>
  </main>
</body>
</html>
`;

/** People get a page; programs get the envelope that every other error has. @returns whether it answered */
export function notFoundPage(request: IncomingMessage, response: ServerResponse): boolean {
  if (!(request.headers.accept ?? "").includes("text/html")) return false;
  sendText(response, 404, "text/html; charset=utf-8", page);
  return true;
}
