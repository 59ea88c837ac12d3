import { readFileSync } from "node:fs";
import Handlebars from "handlebars";
import juice from "juice";

/** A template is NAME.html.hbs (in layout.html.hbs, with style.css inlined) and NAME.txt.hbs, in templates/. */
export const templateNames = ["message", "welcome", "alert"] as const;
export type TemplateName = (typeof templateNames)[number];
export type Variables = Readonly<Record<string, string | number | boolean>>;

interface Description {
  readonly description: string;
  /** Used when the mail brings none; variables in {{ }}. */
  readonly subject: string;
  readonly required: readonly string[];
  /** Every variable, with what a preview shows for it. */
  readonly samples: Variables;
}

const descriptions: Readonly<Record<TemplateName, Description>> = {
  message: {
    description: "A message as it was written",
    subject: "{{subject}}",
    required: ["subject", "message"],
    samples: { subject: "Hello", message: "Hello,\n\nthis is what a message looks like.\n\nGoodbye" },
  },
  welcome: {
    description: "To a user who was just created",
    subject: "Welcome{{#if first_name}}, {{first_name}}{{/if}}",
    required: ["email"],
    samples: { email: "ada@example.com", first_name: "Ada", last_name: "Lovelace" },
  },
  alert: {
    description: "An error that was published as log.ERROR",
    subject: "Error: {{name}}",
    required: ["name", "data"],
    samples: { name: "payment", data: "card service answered 500 three times", request_id: "0b5cf1f6" },
  },
};

interface Compiled {
  readonly subject: Handlebars.TemplateDelegate;
  readonly html: Handlebars.TemplateDelegate;
  readonly text: Handlebars.TemplateDelegate;
}

const plain = { noEscape: true };
const file = (name: string) => readFileSync(new URL(`./templates/${name}`, import.meta.url), "utf8");
const compiled = compileAll();

/** Inlining takes a tenth of a second, so it is done once, when the mailer starts. */
function compileAll(): Readonly<Record<TemplateName, Compiled>> {
  const layout = file("layout.html.hbs").replace("</head>", `<style>${file("style.css")}</style></head>`);
  const compile = (name: TemplateName): Compiled => ({
    subject: Handlebars.compile(descriptions[name].subject, plain),
    html: Handlebars.compile(juice(layout.replace("<!-- content -->", () => file(`${name}.html.hbs`)))),
    text: Handlebars.compile(file(`${name}.txt.hbs`), plain),
  });
  return Object.fromEntries(templateNames.map((name) => [name, compile(name)])) as Record<TemplateName, Compiled>;
}

/** The plain and the HTML part; in HTML every variable is escaped. */
export function render(name: TemplateName, subject: string, variables: Variables): { html: string; text: string } {
  const { html, text } = compiled[name];
  const all = { ...variables, subject };
  return { html: html(all), text: text(all) };
}

/** The template's own subject: one line whatever the variables hold. */
export const subjectOf = (name: TemplateName, variables: Variables): string =>
  compiled[name]
    .subject(variables)
    .replace(/[\p{Cc}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, 200);

export const variablesIn = (name: TemplateName): { all: readonly string[]; required: readonly string[] } => ({
  all: Object.keys(descriptions[name].samples),
  required: descriptions[name].required,
});

/** How it would look; what is not given is a sample. */
export function preview(name: TemplateName, given: Variables): { subject: string; html: string; text: string } {
  const variables = { ...descriptions[name].samples, ...given };
  const subject = subjectOf(name, variables);
  return { subject, ...render(name, subject, variables) };
}

export const listTemplates = (): { name: TemplateName; description: string; variables: string[] }[] =>
  templateNames.map((name) => ({
    name,
    description: descriptions[name].description,
    variables: [...variablesIn(name).all],
  }));
