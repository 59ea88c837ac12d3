import { entry } from "./entry.ts";
import { mongoUrl } from "./mongo-url.ts";
import { postgresAddress } from "./postgres-address.ts";
import {
  boolean,
  integer,
  list,
  milliseconds,
  networks,
  oneOf,
  origins,
  port,
  secretText,
  text,
  url,
} from "./types.ts";

/**
 * Every variable this system reads. One line added here is all that a new setting takes: it is typed, checked at start,
 * printed by `npm run config` and documented in the README's table.
 */
export const entries = {
  // ---- every node
  environment: entry({
    name: "NODE_ENV",
    doc: "production: JSON logs, the real servers' addresses are required",
    parse: oneOf("development", "test", "production"),
    default: "development",
  }),
  host: entry({
    name: "HOST",
    aliases: ["BIND_ADDRESS"],
    doc: "The address every port of a node binds to",
    parse: text,
    default: "127.0.0.1",
  }),
  dataDir: entry({ name: "DATA_DIR", doc: "Where the zero-install stores live", parse: text, default: ".data" }),
  embeddedPorts: entry({
    name: "EMBEDDED_PORTS",
    doc: "standard: npm start's own servers listen on the standard ports where those are free; any: on free ones",
    parse: oneOf("standard", "any"),
    default: "standard",
  }),
  logLevel: entry({
    name: "LOG_LEVEL",
    doc: "The least serious line that is written",
    parse: oneOf("fatal", "error", "warn", "info", "debug", "trace"),
    default: "info",
  }),
  logFormat: entry({
    name: "LOG_FORMAT",
    doc: "auto: JSON in production, readable elsewhere",
    parse: oneOf("auto", "json", "text"),
    default: "auto",
  }),
  namespace: entry({ name: "NAMESPACE", doc: "Separates meshes on one transporter", parse: text, default: "sixfold" }),
  nodeId: entry({ name: "NODE_ID", doc: "This node's name in the mesh; made from service, host and pid", parse: text }),
  transporter: entry({
    name: "TRANSPORTER",
    doc: "How nodes reach each other: amqp (over RABBIT_URL), tcp, or a nats:// or redis:// URL",
    parse: (value) => (value === "amqp" || value === "tcp" ? value : url("nats", "redis", "rediss")(value)),
    default: "amqp",
  }),
  rabbitUrl: entry({
    name: "RABBIT_URL",
    aliases: ["RABBITMQ_URL", "AMQP_URL"],
    doc: "RabbitMQ: the mesh's transporter and the event exchange",
    parse: url("amqp", "amqps"),
    default: "amqp://guest:guest@127.0.0.1:5672",
    secret: true,
    requiredInProduction: true,
  }),
  requestTimeout: entry({
    name: "REQUEST_TIMEOUT",
    doc: "How long a call to another node may take, ms",
    parse: integer(1, 600_000),
    default: "5000",
  }),
  shutdownTimeout: entry({
    name: "SHUTDOWN_TIMEOUT",
    doc: "How long SIGTERM waits for work in hand before the node leaves anyway, ms",
    parse: integer(0, 600_000),
    default: "10000",
  }),
  bodyLimit: entry({
    name: "BODY_LIMIT",
    doc: "The largest request body, bytes",
    parse: integer(1, 1 << 30),
    default: "1048576",
  }),

  advertisedHost: entry({
    name: "ADVERTISED_HOST",
    doc: "The name or address under which other nodes reach this node's ports; HOST, or this machine's address when HOST is every one",
    parse: text,
  }),

  // ---- ports
  frontendPort: entry({
    name: "FRONTEND_PORT",
    doc: "The page",
    parse: port,
    default: "8000",
    nodes: ["frontend", "gateway"],
  }),
  gatewayPort: entry({
    name: "GATEWAY_PORT",
    aliases: ["BROKER_PORT"],
    doc: "The gateway",
    parse: port,
    default: "8080",
    nodes: ["gateway", "frontend"],
  }),
  authPort: entry({ name: "AUTH_PORT", doc: "auth's REST", parse: port, default: "8081", nodes: ["auth"] }),
  loggerPort: entry({ name: "LOGGER_PORT", doc: "logger's REST", parse: port, default: "8082", nodes: ["logger"] }),
  mailerPort: entry({ name: "MAILER_PORT", doc: "mailer's REST", parse: port, default: "8083", nodes: ["mailer"] }),
  listenerPort: entry({
    name: "LISTENER_PORT",
    doc: "listener's health and metrics",
    parse: port,
    default: "8084",
    nodes: ["listener"],
  }),

  // ---- frontend, gateway
  publicDir: entry({
    name: "PUBLIC_DIR",
    doc: "The built pages",
    parse: text,
    default: "dist/public",
    nodes: ["frontend"],
  }),
  gatewayUrl: entry({
    name: "GATEWAY_URL",
    aliases: ["BROKER_URL"],
    doc: "Where the browser finds the gateway; without it GATEWAY_PORT of this machine",
    parse: url("http", "https"),
    nodes: ["frontend"],
  }),
  mailViewUrl: entry({
    name: "MAIL_VIEW_URL",
    doc: "Where the browser can look at caught mail; npm start sets it",
    parse: url("http", "https"),
    nodes: ["frontend"],
  }),
  allowedOrigins: entry({
    name: "ALLOWED_ORIGINS",
    doc: "The front ends that a browser may call the gateway from, comma-separated; * is any, without cookies; without it FRONTEND_PORT of this machine",
    parse: origins,
    nodes: ["gateway"],
  }),
  rateLimit: entry({
    name: "RATE_LIMIT",
    doc: "Requests a client may send to the gateway in a minute",
    parse: integer(1, 1_000_000_000),
    default: "6000",
    nodes: ["gateway"],
  }),
  trustedProxies: entry({
    name: "TRUSTED_PROXIES",
    doc: "Whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses, networks such as 10.0.0.0/8, loopback, private; comma-separated",
    parse: networks,
    default: "none",
    nodes: ["gateway"],
  }),
  openGateway: entry({
    name: "OPEN_GATEWAY",
    doc: "Whether log and mail are served to anyone; true but in production",
    parse: boolean,
    nodes: ["gateway"],
  }),
  sessionKey: entry({
    name: "SESSION_KEY",
    doc: "What sessions are signed with, at least 32 characters, the same for every gateway; else made in DATA_DIR",
    parse: secretText(32),
    nodes: ["gateway"],
    secret: true,
    requiredInProduction: true,
  }),
  sessionLifetime: entry({
    name: "SESSION_LIFETIME",
    doc: "How long a session lasts without a request, seconds",
    parse: integer(10, 86_400),
    default: "900",
    nodes: ["gateway"],
  }),
  streamLimit: entry({
    name: "STREAM_LIMIT",
    doc: "Live streams (log, mesh) that one gateway serves at once",
    parse: integer(0, 10_000),
    default: "200",
    nodes: ["gateway"],
  }),

  // ---- auth
  postgres: entry({
    name: "DSN",
    aliases: ["DATABASE_URL", "POSTGRES_URL"],
    doc: "Postgres, as a URL or libpq words",
    parse: postgresAddress,
    default: "host=127.0.0.1 port=5432 user=postgres password=password dbname=users sslmode=disable",
    nodes: ["auth"],
    secret: true,
    requiredInProduction: true,
  }),
  seedUsers: entry({
    name: "SEED_USERS",
    doc: "Create admin@example.com / verysecret when the table is empty",
    parse: boolean,
    default: "false",
    nodes: ["auth"],
  }),

  // ---- logger
  mongoUrl: entry({
    name: "MONGO_URL",
    aliases: ["MONGODB_URL", "MONGODB_URI"],
    doc: "MongoDB; without it the log and the mails are files in DATA_DIR",
    parse: mongoUrl,
    nodes: ["logger", "mailer"],
    secret: true,
    requiredInProduction: true,
  }),
  mongoDatabasePrefix: entry({
    name: "MONGO_DATABASE_PREFIX",
    doc: "Goes before the names of the databases (logs, mail), for several systems on one MongoDB",
    parse: text,
    default: "",
    nodes: ["logger", "mailer"],
  }),
  logRetentionDays: entry({
    name: "LOG_RETENTION_DAYS",
    doc: "How long a log entry is kept, days; 0 keeps them for ever",
    parse: integer(0, 24_855),
    default: "0",
    nodes: ["logger"],
  }),

  // ---- mailer
  mailHost: entry({
    name: "MAIL_HOST",
    doc: "The SMTP server",
    parse: text,
    default: "127.0.0.1",
    nodes: ["mailer"],
    requiredInProduction: true,
  }),
  mailPort: entry({ name: "MAIL_PORT", doc: "Its port", parse: port, default: "1025", nodes: ["mailer"] }),
  mailUsername: entry({ name: "MAIL_USERNAME", doc: "Its user, when it wants one", parse: text, nodes: ["mailer"] }),
  mailPassword: entry({
    name: "MAIL_PASSWORD",
    doc: "The user's password",
    parse: text,
    nodes: ["mailer"],
    secret: true,
  }),
  mailEncryption: entry({
    name: "MAIL_ENCRYPTION",
    doc: "tls is STARTTLS, ssl is TLS from the first byte",
    parse: oneOf("none", "tls", "ssl"),
    default: "none",
    nodes: ["mailer"],
  }),
  mailDomain: entry({
    name: "MAIL_DOMAIN",
    doc: "The name the mailer greets the server with",
    parse: text,
    default: "localhost",
    nodes: ["mailer"],
  }),
  mailFromName: entry({
    name: "FROM_NAME",
    aliases: ["MAIL_FROM_NAME"],
    doc: "Sender's name when a mail has none",
    parse: text,
    default: "Sixfold",
    nodes: ["mailer"],
  }),
  mailFromAddress: entry({
    name: "FROM_ADDRESS",
    aliases: ["MAIL_FROM_ADDRESS"],
    doc: "Sender's address when a mail has none",
    parse: text,
    default: "noreply@example.com",
    nodes: ["mailer"],
  }),
  mailAttempts: entry({
    name: "MAIL_ATTEMPTS",
    doc: "How often a mail that the server turns away for now is offered to it; an outage does not count",
    parse: integer(1, 1_000),
    default: "10",
    nodes: ["mailer"],
  }),
  mailRetryDelay: entry({
    name: "MAIL_RETRY_DELAY",
    doc: "The wait before such a mail is offered again, ms; doubled each time, up to 15 minutes",
    parse: integer(1, 900_000),
    default: "5000",
    nodes: ["mailer"],
  }),
  mailQueueLimit: entry({
    name: "MAIL_QUEUE_LIMIT",
    doc: "Mails that may wait to be sent; beyond it a new one is refused",
    parse: integer(1, 10_000_000),
    default: "10000",
    nodes: ["mailer"],
  }),
  mailRetentionDays: entry({
    name: "MAIL_RETENTION_DAYS",
    doc: "How long mails are kept that were sent or have failed, days",
    parse: integer(1, 36_500),
    default: "30",
    nodes: ["mailer"],
  }),
  mailAttachmentsLimit: entry({
    name: "MAIL_ATTACHMENTS_LIMIT",
    doc: "All attachments of a mail together, bytes",
    parse: integer(0, 10 << 20),
    default: "5242880",
    nodes: ["mailer"],
  }),

  // ---- listener
  alertTo: entry({
    name: "ALERT_TO",
    doc: "Who is mailed when log.ERROR comes, comma-separated; nobody when it is not set",
    parse: list,
    nodes: ["listener"],
  }),
  alertLimit: entry({
    name: "ALERT_LIMIT",
    doc: "Alerts a listener mails in a minute; further errors are in the log only",
    parse: integer(1, 1_000_000),
    default: "60",
    nodes: ["listener"],
  }),
  eventRetryDelays: entry({
    name: "EVENT_RETRY_DELAYS",
    doc: "The waits before an event is tried again, ms; after the last it is a dead letter",
    parse: milliseconds,
    default: "1000,5000,30000,120000,600000",
    nodes: ["listener"],
  }),
} as const;
