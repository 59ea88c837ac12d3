import { Agent, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { RestClient } from "../../../protocols/rest/client.ts";
import { adapter } from "../adapter.ts";
import { type Call, type Pair, params, requestId } from "../way.ts";

/** node:http on both sides, as many kept connections; JSON read and written, the request's id there and back. */
export const rest: Pair = {
  adapter: adapter((broker) => new RestClient(broker)),
  bare: {
    serve() {
      const server = createServer((request, response) => {
        readText(request, (text) => {
          const { payload } = JSON.parse(text) as typeof params;
          const body = JSON.stringify({ error: false, message: "echoed", data: { payload } });
          response.writeHead(202, {
            "Content-Type": "application/json",
            "Content-Length": Buffer.byteLength(body),
            "X-Request-Id": request.headers["x-request-id"],
          });
          response.end(body);
        });
      });
      return new Promise((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/echo`));
      });
    },
    connect: (address) => Promise.resolve(poster(address, params)),
  },
};

/** What POSTs a JSON body and reads the answer's. */
export function poster(address: string, given: object): Call {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname: host, port, pathname: path } = new URL(address);
  return () =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(given);
      const headers = {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
        "X-Request-Id": requestId(),
      };
      const sent = request({ host, port, path, method: "POST", agent, headers }, (response) => {
        readText(response, (text) => {
          if (response.statusCode === 200 || response.statusCode === 202) resolve(JSON.parse(text));
          else reject(new Error(`${response.statusCode} ${text}`));
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
}

function readText(message: IncomingMessage, take: (text: string) => void): void {
  const chunks: Buffer[] = [];
  message.on("data", (chunk: Buffer) => chunks.push(chunk));
  message.once("end", () => take(Buffer.concat(chunks).toString("utf8")));
}
