import type { Message } from "amqplib";
import type { Heard } from "./raw-client.ts";

/** What a client noted at one point of a probe. Values are plain JSON, free of anything that differs from run to run. */
export interface Step {
  label: string;
  value: unknown;
}

const RANDOM_NAMES: [pattern: RegExp, shown: string][] = [
  [/amq\.gen-[^\s'"]+/g, "amq.gen-*"],
  [/amq\.ctag-[^\s'"]+/g, "amq.ctag-*"],
  [/amq\.rabbitmq\.reply-to\.[^\s'"]+/g, "amq.rabbitmq.reply-to.*"],
];

function normaliseText(text: string, prefix: string): string {
  return RANDOM_NAMES.reduce((shown, [pattern, name]) => shown.replaceAll(pattern, name), text.replaceAll(prefix, ""));
}

/** The time of a death, as amqplib and as the raw client show a timestamp. */
function isTime(key: string, value: unknown): boolean {
  return (
    key === "time" &&
    /^(T \d+|\{"!":"timestamp","value":\d+\})$/.test(typeof value === "string" ? value : JSON.stringify(value))
  );
}

/** Takes out of a value what no two runs share: this probe's name prefix, server-made names, the time of a death. */
export function normalise(value: unknown, prefix: string): unknown {
  if (typeof value === "string") return normaliseText(value, prefix);
  if (Buffer.isBuffer(value)) return value.toString();
  if (Array.isArray(value)) return value.map((item) => normalise(item, prefix));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [normaliseText(key, prefix), isTime(key, item) ? "<time>" : normalise(item, prefix)]),
  );
}

/** A delivered or returned message as the client saw it: every field, and the properties that were set. */
export function shown(message: Message): Record<string, unknown> {
  const { headers, ...properties } = message.properties;
  const set = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  const filled = headers && Object.keys(headers).length > 0 ? { headers } : {};
  return { ...message.fields, ...set, ...filled, body: message.content.toString() };
}

export const bodies = (messages: Message[]): string[] => messages.map((message) => message.content.toString());

/** Bodies with a mark on those that came again: "a", "b again". */
export const bodiesMarked = (messages: Message[]): string[] =>
  messages.map((message) => `${message.content}${message.fields.redelivered ? " again" : ""}`);

export const headersOf = (message: Message | undefined): unknown => message?.properties.headers;

/** A raw client's frame without the noise of empty, false and reserved fields. */
export function brief(heard: Heard): Record<string, unknown> {
  const said = Object.entries(heard).filter(
    ([key, value]) => value !== "" && value !== false && !key.startsWith("reserved"),
  );
  return Object.fromEntries(said);
}

export const kinds = (heard: Heard[]): string[] => heard.map((one) => one.type);
