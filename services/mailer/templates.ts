import { readFileSync } from "node:fs";
import Handlebars from "handlebars";
import juice from "juice";

/** A template is NAME.html.hbs and NAME.txt.hbs in templates/, with style.css inlined. */
export const templateNames = ["message"] as const;
export type TemplateName = (typeof templateNames)[number];

const file = (name: string) => readFileSync(new URL(`./templates/${name}`, import.meta.url), "utf8");

const compiled = new Map<TemplateName, { html: Handlebars.TemplateDelegate; text: Handlebars.TemplateDelegate }>();

export function render(name: TemplateName, variables: Record<string, unknown>): { html: string; text: string } {
  const template = compiled.get(name) ?? compile(name);
  return { html: template.html(variables), text: template.text(variables) };
}

function compile(name: TemplateName) {
  const template = {
    html: Handlebars.compile(juice.inlineContent(file(`${name}.html.hbs`), file("style.css"))),
    text: Handlebars.compile(file(`${name}.txt.hbs`), { noEscape: true }),
  };
  compiled.set(name, template);
  return template;
}
