import { pageConfig } from "../../api/config.ts";
import { useLoading } from "../../lib/loading.ts";

const formats = { html: "HTML, with charts", csv: "CSV", json: "JSON" } as const;

/** A report as files; the gateway sends them as such. */
export function Downloads({ report }: { report: string }) {
  const { value: config } = useLoading("config", pageConfig);
  if (config === undefined) return null;
  const path = `${config.gatewayUrl.replace(/\/$/, "")}/lab/reports/${encodeURIComponent(report)}/download`;
  return (
    <span class="downloads">
      Download the report:{" "}
      {Object.entries(formats).map(([format, name]) => (
        <a key={format} href={`${path}?format=${format}`} download>
          {name}
        </a>
      ))}
    </span>
  );
}
