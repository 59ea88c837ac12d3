import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const place = document.getElementById("docs") as HTMLElement;

/** Swagger UI has a dark dress, and no eye for what the reader's system prefers. */
const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

try {
  show(await load());
} catch (error) {
  say((error as Error).message);
}

async function load(): Promise<unknown> {
  const response = await fetch("openapi.json");
  if (response.status === 401)
    throw new Error("Sign in on the page first: this gateway tells of its API only to users.");
  if (!response.ok) throw new Error(`The gateway answered ${response.status}. Try again later.`);
  return response.json();
}

function show(spec: unknown): void {
  place.replaceChildren();
  SwaggerUI({
    domNode: place,
    spec,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    // Asks nobody else about the document.
    validatorUrl: null,
  });
}

function say(what: string): void {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = what;
  place.replaceChildren(notice);
}
