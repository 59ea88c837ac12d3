import { sendText } from "../../mixins/http-edge.ts";
import { itself } from "./answer.ts";

const types = {
  html: "text/html; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  json: "application/json",
} as const;

/** `GET /lab/reports/:id/download?format=html`, csv or json: a report as a file. */
export const labDownload = itself(async (request, response) => {
  const id = request.$params?.params?.id;
  const format = (request.exchange.url.searchParams.get("format") ?? "html") as keyof typeof types;
  // The lab refuses an id or a format that it does not know, so that both are safe in the file's name.
  const report = await request.ask("lab.report", { id, format });
  request.trace.tell(response);
  response.setHeader("Content-Disposition", `attachment; filename="lab-${id}.${format}"`);
  sendText(response, 200, types[format], typeof report === "string" ? report : JSON.stringify(report));
});
