#!/usr/local/bin/node
// As much of Mailpit as the smoke test sees: SMTP on 1025, GET /api/v1/messages and /readyz on 8025, the health check's command.
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";

if (process.argv[2] === "readyz") {
  process.exit(
    await fetch("http://127.0.0.1:8025/readyz").then(
      ({ ok }) => (ok ? 0 : 1),
      () => 1,
    ),
  );
}
process.on("SIGTERM", () => process.exit(0));
const messages = [];

createServer((socket) => {
  let text = "";
  let inData = false;
  let to = [];
  const say = (line) => socket.write(`${line}\r\n`);
  const take = (line) => {
    const [verb] = line.toUpperCase().split(/[ :]/);
    if (verb === "EHLO" || verb === "HELO") return say("250 mailpit.stand-in");
    if (verb === "RCPT") to.push({ Address: /<(.*?)>/.exec(line)?.[1] });
    if (verb === "QUIT") return socket.end("221 bye\r\n");
    inData = verb === "DATA";
    return say(inData ? "354 go on" : "250 ok");
  };
  const keep = (mail) => {
    messages.push({ To: to, Subject: /^Subject: (.*)$/im.exec(mail)?.[1]?.trim() });
    to = [];
    inData = false;
    say("250 kept");
  };
  say("220 mailpit.stand-in");
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    text += chunk;
    for (;;) {
      const end = text.indexOf(inData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const found = text.slice(0, end);
      text = text.slice(end + (inData ? 5 : 2));
      if (inData) keep(found);
      else take(found);
    }
  });
}).listen(1025);

createHttp(({ url }, response) => {
  if (url === "/readyz") return response.end("ok");
  return response
    .setHeader("Content-Type", "application/json")
    .end(JSON.stringify({ total: messages.length, messages }));
}).listen(8025);
