import { useState } from "preact/hooks";
import { call } from "../../api/gateway.ts";
import { Empty, FailureNotice, Waiting } from "../../components/notice.tsx";
import { useLoading } from "../../lib/loading.ts";
import type { Preview, Template } from "./mail.ts";
import { MailParts } from "./mail-parts.tsx";

/** How a template comes out with given values, without a mail being sent. */
export function Templates() {
  const list = useLoading("templates", (signal) => call<Template[]>("GET", "/mail-templates", undefined, signal));
  const [name, choose] = useState<string>();
  if (list.failure) return <FailureNotice failure={list.failure} again={list.again} />;
  if (!list.value) return <Waiting what="the templates" />;
  const template = list.value.find((one) => one.name === name) ?? list.value[0];
  if (template === undefined) return <Empty title="There are no templates" />;
  return (
    <div class="templates">
      <ul class="choices" aria-label="Templates">
        {list.value.map((one) => (
          <li key={one.name}>
            <button type="button" aria-pressed={one === template} onClick={() => choose(one.name)}>
              <strong>{one.name}</strong>
              <span class="fine block">{one.description}</span>
            </button>
          </li>
        ))}
      </ul>
      <TemplatePreview key={template.name} template={template} />
    </div>
  );
}

function TemplatePreview({ template }: { template: Template }) {
  const [variables, setVariables] = useState<Readonly<Record<string, string>>>({});
  const path = `/mail-templates/${encodeURIComponent(template.name)}/preview`;
  const preview = useLoading(JSON.stringify(variables), (signal) => call<Preview>("POST", path, { variables }, signal));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = [...new FormData(event.currentTarget as HTMLFormElement)];
    setVariables(Object.fromEntries(data.flatMap(([key, value]) => (value === "" ? [] : [[key, String(value)]]))));
  };
  const { value, failure } = preview;
  return (
    <div class="template">
      <form class="card variables" onSubmit={submit}>
        <h2>Values</h2>
        {template.variables.length === 0 && <p class="muted">This template takes none.</p>}
        {template.variables.map((variable) => (
          <label key={variable}>
            {variable}
            <textarea name={variable} rows={1} placeholder="the example's" />
          </label>
        ))}
        <button type="submit" class="primary">
          Preview
        </button>
      </form>
      <section class="card" aria-labelledby="preview-title" aria-busy={preview.isLoading}>
        <header class="card-head">
          <h2 id="preview-title">{value ? value.subject : "Preview"}</h2>
        </header>
        {failure && <FailureNotice failure={failure} again={preview.again} />}
        {!value && preview.isLoading && <Waiting what="the preview" />}
        {value && <MailParts {...value} />}
      </section>
    </div>
  );
}
