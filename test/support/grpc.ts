import { fileURLToPath } from "node:url";
import {
  type ChannelCredentials,
  type Client,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { definitions } from "../../protocols/grpc/definitions.ts";
import type { AuthServiceClient } from "../../protocols/grpc/generated/auth/AuthService.ts";
import type { ProtoGrpcType as Auth } from "../../protocols/grpc/generated/auth.ts";
import type { LogServiceClient } from "../../protocols/grpc/generated/logs/LogService.ts";
import type { ProtoGrpcType as Logs } from "../../protocols/grpc/generated/logs.ts";

const insecure = credentials.createInsecure();
const packages = loadPackageDefinition(definitions) as unknown as Logs & Auth;

/** Clients as anybody makes them of the .proto files. @param address `host:port` */
export const logClient = (address: string, secure: ChannelCredentials = insecure): LogServiceClient =>
  new packages.logs.LogService(address, secure);
export const authClient = (address: string): AuthServiceClient => new packages.auth.AuthService(address, insecure);

interface Done<T> {
  readonly error?: ServiceError;
  readonly response?: T;
  readonly head: Metadata;
}

/** What a unary call ended with, either way. */
export function ended<T>(
  ask: (callback: (error: ServiceError | null, response?: T) => void) => {
    on(event: "metadata", listener: (metadata: Metadata) => void): unknown;
  },
): Promise<Done<T>> {
  return new Promise((resolve) => {
    let head = new Metadata();
    ask((error, response) => resolve({ error: error ?? undefined, response, head })).on("metadata", (metadata) => {
      head = metadata;
    });
  });
}

export interface HealthClient extends Client {
  check(
    request: { service: string },
    callback: (error: ServiceError | null, response?: { status: string }) => void,
  ): never;
  watch(request: { service: string }): AsyncIterable<{ status: string }> & { cancel(): void };
}
const service = (from: PackageDefinition, name: string): ServiceClientConstructor => {
  const path = name.split(".");
  return path.reduce<unknown>((found, part) => (found as GrpcObject)[part], loadPackageDefinition(from)) as never;
};

export const healthClient = (address: string): HealthClient =>
  new (service(definitions, "grpc.health.v1.Health"))(address, insecure) as unknown as HealthClient;

interface ReflectionStream {
  write(request: object): void;
  end(): void;
  on(event: string, listener: (value: ReflectionAnswer) => void): unknown;
}
interface ReflectionAnswer {
  readonly list_services_response?: { service: { name: string }[] };
  readonly file_descriptor_response?: { file_descriptor_proto: Buffer[] };
  readonly error_response?: { error_message: string };
}

/** A client that knows no .proto of the server: it asks the server what there is, as grpcurl does. */
export class ReflectionClient {
  readonly #address: string;
  readonly #reflection: Client & { ServerReflectionInfo(): ReflectionStream };

  constructor(address: string, version: "v1" | "v1alpha" = "v1") {
    this.#address = address;
    const proto = fileURLToPath(import.meta.resolve(`@grpc/reflection`)).replace(
      /src\/index\.js$/,
      `proto/grpc/reflection/${version}/reflection.proto`,
    );
    const own = loadSync(proto, { keepCase: true });
    this.#reflection = new (service(own, `grpc.reflection.${version}.ServerReflection`))(address, insecure) as never;
  }

  async services(): Promise<string[]> {
    const { list_services_response: list } = await this.#ask({ list_services: "*" });
    return (list?.service ?? []).map(({ name }) => name);
  }

  /** A client for one of them, made of what the server says. */
  async clientOf(name: string): Promise<Client & Record<string, (...given: unknown[]) => never>> {
    const files = new Map<string, Buffer>();
    const { file_descriptor_response: found } = await this.#ask({ file_containing_symbol: name });
    for (const file of found?.file_descriptor_proto ?? []) files.set(file.toString("latin1"), file);
    const set = Buffer.concat([...files.values()].flatMap((file) => [Buffer.from([0x0a]), varint(file.length), file]));
    const loaded = loadFileDescriptorSetFromBuffer(set, { keepCase: true, defaults: true });
    return new (service(loaded, name))(this.#address, insecure) as never;
  }

  close(): void {
    this.#reflection.close();
  }

  #ask(request: object): Promise<ReflectionAnswer> {
    return new Promise((resolve, reject) => {
      const stream = this.#reflection.ServerReflectionInfo();
      stream.on("data", (answer) => {
        if (answer.error_response) reject(new Error(answer.error_response.error_message));
        else resolve(answer);
        stream.end();
      });
      stream.on("error", reject);
      stream.write(request);
    });
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
