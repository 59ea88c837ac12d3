import { adviceFor } from "../api/advice.ts";
import { pageConfig } from "../api/config.ts";
import { useLoading } from "../lib/loading.ts";

/** What a person can do about an error; the first user is named only where there may be one. */
export function Advice({ code }: { code: string | undefined }) {
  const { value: config } = useLoading("config", pageConfig);
  return (
    <p>
      {adviceFor(code)}
      {code === "INVALID_CREDENTIALS" && config?.hasSeedUser && " The first user is admin@example.com with verysecret."}
    </p>
  );
}
