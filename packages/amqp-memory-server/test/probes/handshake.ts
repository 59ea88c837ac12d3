import type { Context, Probes } from "./context.ts";
import { brief, kinds } from "./observe.ts";
import { amqplainResponse, CAPABILITIES, type Hello, PROTOCOL_HEADER } from "./raw-client.ts";
import { encodeMethod, encodeTable } from "./raw-encode.ts";
import type { Fields } from "./raw-methods.ts";

/** How the server answers a login: the first answer, and the rest until it hangs up unless it goes on with tune. */
async function login(ctx: Context, hello: Hello): Promise<unknown> {
  const raw = await ctx.dial(hello);
  await raw.start();
  const answer = await raw.login();
  return answer.type === "connection.tune" ? answer.type : [brief(answer), ...kinds(await raw.farewell())];
}

async function logins(ctx: Context, hellos: Record<string, Hello>): Promise<void> {
  const answers = await Promise.all(Object.values(hellos).map((hello) => login(ctx, hello)));
  for (const [index, label] of Object.keys(hellos).entries()) ctx.see(label, answers[index]);
}

async function tuned(ctx: Context, hello: Hello): Promise<unknown> {
  const raw = await ctx.dial(hello);
  await raw.start();
  await raw.login();
  const answer = await raw.tuneAndOpen();
  return answer.type === "connection.open-ok" ? answer.type : [brief(answer), ...kinds(await raw.farewell())];
}

export const handshake: Probes = {
  async "the server introduces itself, its mechanisms and what it is capable of"(ctx) {
    const raw = await ctx.dial();
    const start = await raw.start();
    const { serverProperties, mechanisms, ...rest } = start;
    ctx.see("start", rest);
    ctx.see("mechanisms", String(mechanisms).split(" ").sort());
    ctx.see("capabilities", (serverProperties as Fields).capabilities);
    const owners = ["cluster_name", "copyright"];
    const properties = Object.keys(serverProperties as Fields).filter((key) => !owners.includes(key));
    ctx.see("properties", properties.sort());
    ctx.see("tune", await raw.login());
    ctx.see("open", await raw.tuneAndOpen());
    ctx.see("channel", await raw.call(1, "channel.open"));
  },

  async "a user comes in by PLAIN and by AMQPLAIN, and only with the right password"(ctx) {
    const wrong = { password: "wrong" };
    await logins(ctx, {
      PLAIN: {},
      AMQPLAIN: { mechanism: "AMQPLAIN" },
      "PLAIN, wrong password": wrong,
      "AMQPLAIN, wrong password": { ...wrong, mechanism: "AMQPLAIN" },
      "unknown user": { user: "nobody" },
      "empty user and password": { user: "", password: "" },
      "PLAIN with an identity to act for": { response: "guest\0guest\0guest" },
      "wrong password, client that cannot hear why": { ...wrong, clientProperties: { capabilities: {} } },
    });
  },

  async "answers that are no credentials end the connection"(ctx) {
    const plainText = "not\0enough";
    await logins(ctx, {
      "unknown mechanism": { mechanism: "ROT13" },
      "empty mechanism": { mechanism: "" },
      "mechanism in lower case": { mechanism: "plain" },
      "PLAIN that is not PLAIN": { response: plainText },
      "PLAIN with nothing": { response: "" },
      "AMQPLAIN without a password": {
        mechanism: "AMQPLAIN",
        response: encodeTable({ LOGIN: "guest" }).subarray(4),
      },
      "AMQPLAIN with one more field": {
        mechanism: "AMQPLAIN",
        response: Buffer.concat([amqplainResponse("guest", "guest"), encodeTable({ MORE: 1 }).subarray(4)]),
      },
      "capabilities that are no table": { clientProperties: { capabilities: { ...CAPABILITIES, more: "x" } } },
    });
  },

  async "another protocol, or a later version of this one, is answered with the right header and hung up on"(ctx) {
    const greetings: Record<string, Buffer> = {
      "AMQP 1.0": Buffer.from("AMQP\x00\x01\x00\x00", "latin1"),
      "a version to come": Buffer.from("AMQP\x00\x00\x0a\x00", "latin1"),
      HTTP: Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    };
    const answers = Object.entries(greetings).map(async ([label, greeting]) => {
      const raw = await ctx.dial();
      raw.write(greeting);
      return { label, heard: await raw.farewell() };
    });
    for (const { label, heard } of await Promise.all(answers)) ctx.see(label, heard);
  },

  async "clients of the version before are let in by their own header"(ctx) {
    const greetings = { "AMQP 0-8": "AMQP\x01\x01\x08\x00", "AMQP 0-9": "AMQP\x01\x01\x00\x09" };
    for (const [label, greeting] of Object.entries(greetings)) {
      const raw = await ctx.dial();
      raw.write(Buffer.from(greeting, "latin1"));
      const { type, versionMajor, versionMinor } = await raw.next();
      ctx.see(label, { type, versionMajor, versionMinor });
    }
  },

  async "tuning has to stay within what the server offered"(ctx) {
    const offers: Record<string, Hello> = {
      "as offered": {},
      "smallest frame": { frameMax: 4096 },
      "frame too small": { frameMax: 4095 },
      "frame too large": { frameMax: 131_073 },
      "no limit on frames": { frameMax: 0 },
      "too many channels": { channelMax: 2048 },
      "no limit on channels": { channelMax: 0 },
      "other heartbeat": { heartbeat: 600 },
    };
    const answers = await Promise.all(Object.values(offers).map((offer) => tuned(ctx, offer)));
    for (const [index, label] of Object.keys(offers).entries()) ctx.see(label, answers[index]);
  },

  async "virtual hosts go by their name"(ctx) {
    for (const virtualHost of ["/", "nowhere", "", "//"])
      ctx.see(`'${virtualHost}'`, await tuned(ctx, { virtualHost }));
  },

  async "methods before their time end the connection"(ctx) {
    const early: Record<string, [stage: "started" | "logged in" | "tuned", method: string]> = {
      "tune-ok before start-ok": ["started", "connection.tune-ok"],
      "open before start-ok": ["started", "connection.open"],
      "channel.open before start-ok": ["started", "channel.open"],
      "open before tune-ok": ["logged in", "connection.open"],
      "start-ok twice": ["logged in", "connection.start-ok"],
      "channel.open before open": ["tuned", "channel.open"],
      "close before open": ["tuned", "connection.close"],
    };
    const answers = Object.entries(early).map(async ([label, [stage, method]]) => {
      const raw = await ctx.dial();
      await raw.start();
      if (stage !== "started") await raw.login();
      if (stage === "tuned") raw.send(0, "connection.tune-ok", { channelMax: 2047, frameMax: 131_072 });
      raw.send(method.startsWith("channel") ? 1 : 0, method);
      return { label, heard: (await raw.farewell()).map(brief) };
    });
    for (const { label, heard } of await Promise.all(answers)) ctx.see(label, heard);
  },

  async "the header and the methods may come in pieces"(ctx) {
    const raw = await ctx.dial();
    for (const byte of PROTOCOL_HEADER) {
      raw.write(Buffer.from([byte]));
      await ctx.lull(5);
    }
    ctx.see("start", (await raw.next()).type);
    await raw.login();
    await raw.tuneAndOpen();
    const together = [encodeMethod(1, "channel.open"), encodeMethod(2, "channel.open"), encodeMethod(1, "basic.qos")];
    const bytes = Buffer.concat(together);
    raw.write(bytes.subarray(0, 9));
    await ctx.lull(20);
    raw.write(bytes.subarray(9));
    const heard = (await raw.listen(3)).map((one) => `${one.type} on ${one.channel}`);
    ctx.see("merged and cut", heard.sort());
  },

  async "both sides may close in order"(ctx) {
    const raw = await ctx.raw();
    ctx.see("channel", brief(await raw.call(1, "channel.close", { replyCode: 200, replyText: "bye" })));
    ctx.see("opened again", brief(await raw.call(1, "channel.open")));
    ctx.see("connection", await raw.call(0, "connection.close", { replyCode: 200, replyText: "bye" }));
  },
};
