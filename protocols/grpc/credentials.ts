import { createSecureContext } from "node:tls";
import { ChannelCredentials, ServerCredentials } from "@grpc/grpc-js";
import { type Config, ConfigError } from "../../config/load.ts";

type Tls = Pick<Config, "grpcTls" | "grpcTlsCert" | "grpcTlsKey" | "grpcTlsCa">;

/** What the port shows, and whom it believes. @throws ConfigError in one line */
export function serverCredentials(config: Tls): ServerCredentials {
  if (config.grpcTls === "off") return ServerCredentials.createInsecure();
  const { cert, key } = own(config, `GRPC_TLS=${config.grpcTls}`);
  const mutual = config.grpcTls === "mutual";
  if (mutual && config.grpcTlsCa === undefined) {
    throw new ConfigError(["GRPC_TLS_CA: not set; GRPC_TLS=mutual needs it to know its callers by"]);
  }
  return ServerCredentials.createSsl(bytes(config.grpcTlsCa), [{ private_key: key, cert_chain: cert }], mutual);
}

/** For ports that want TLS, as the registry says by `grpcs://`. @throws ConfigError in one line */
export function channelCredentials(config: Tls): ChannelCredentials {
  const mutual = config.grpcTls === "mutual";
  const shows = mutual || config.grpcTlsCert !== undefined || config.grpcTlsKey !== undefined;
  if (!shows) return ChannelCredentials.createSsl(bytes(config.grpcTlsCa));
  const { cert, key } = own(config, mutual ? "GRPC_TLS=mutual" : "a client's certificate");
  return ChannelCredentials.createSsl(bytes(config.grpcTlsCa), key, cert);
}

const bytes = (pem: string | undefined): Buffer | null => (pem === undefined ? null : Buffer.from(pem));

function own({ grpcTlsCert, grpcTlsKey, grpcTlsCa }: Tls, for_: string): { cert: Buffer; key: Buffer } {
  if (grpcTlsCert === undefined) throw new ConfigError([`GRPC_TLS_CERT: not set; ${for_} needs it`]);
  if (grpcTlsKey === undefined) throw new ConfigError([`GRPC_TLS_KEY: not set; ${for_} needs it`]);
  try {
    createSecureContext({ cert: grpcTlsCert, key: grpcTlsKey, ca: grpcTlsCa });
  } catch (error) {
    const why = (error as Error).message.replace(/^error:[^:]*:+/, "");
    throw new ConfigError([`GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CA: do not go together or cannot be read (${why})`]);
  }
  return { cert: Buffer.from(grpcTlsCert), key: Buffer.from(grpcTlsKey) };
}
