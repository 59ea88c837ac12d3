import { createTransport, type Transporter } from "nodemailer";
import type { Config } from "../../config/load.ts";

/** Mails that are sent at once; the SMTP connections that are kept. */
export const MAX_CONNECTIONS = 5;

/**
 * A pool of kept SMTP connections. Over TLS the server's certificate is verified (a private authority's goes into
 * NODE_EXTRA_CA_CERTS); with "tls" nothing, no password either, is sent before STARTTLS.
 */
export function openTransport(config: Config): Transporter {
  const { mailUsername: user, mailPassword: pass = "" } = config;
  return createTransport({
    host: config.mailHost,
    port: config.mailPort,
    name: config.mailDomain,
    secure: config.mailEncryption === "ssl",
    requireTLS: config.mailEncryption === "tls",
    ignoreTLS: config.mailEncryption === "none",
    tls: { minVersion: "TLSv1.2" },
    ...(user === undefined ? {} : { auth: { user, pass } }),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: 5_000,
    greetingTimeout: 10_000,
    // A server may think long before it answers for a mail; to give up before it does is to send the mail twice.
    socketTimeout: 60_000,
  });
}
