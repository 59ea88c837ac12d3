import { post } from "./gateway.js";

const requests: Record<string, { path: string; payload?: object }> = {
  broker: { path: "/" },
  auth: { path: "/handle", payload: { action: "auth", auth: { email: "admin@example.com", password: "verysecret" } } },
  log: { path: "/handle", payload: { action: "log", log: { name: "event", data: "Some kind of data" } } },
  mail: {
    path: "/handle",
    payload: {
      action: "mail",
      mail: { from: "me@example.com", to: "you@there.com", subject: "Test email", message: "Hello world!" },
    },
  },
};

const show = (id: string, value: unknown) => {
  const element = document.getElementById(id);
  if (element) element.textContent = JSON.stringify(value, null, 2) ?? "empty post request";
};

async function send(name: string): Promise<void> {
  const request = requests[name];
  if (request === undefined) return;
  show("sent", request.payload);
  try {
    show("received", await post(request.path, request.payload));
  } catch (error) {
    show("received", { error: String(error) });
  }
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-send]")) {
  button.addEventListener("click", () => void send(button.dataset.send ?? ""));
}
