import { createTransport, type Transporter } from "nodemailer";
import type { Config } from "../../config/load.ts";

/** A small pool of kept SMTP connections. */
export function openTransport(config: Config): Transporter {
  const { mailUsername: user, mailPassword: pass = "" } = config;
  return createTransport({
    host: config.mailHost,
    port: config.mailPort,
    name: config.mailDomain,
    secure: config.mailEncryption === "ssl",
    requireTLS: config.mailEncryption === "tls",
    ignoreTLS: config.mailEncryption === "none",
    ...(user === undefined ? {} : { auth: { user, pass } }),
    pool: true,
    maxConnections: 3,
    connectionTimeout: 3_000,
    greetingTimeout: 3_000,
    socketTimeout: 10_000,
  });
}
