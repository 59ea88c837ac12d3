import {
  ChannelCredentials,
  Client,
  type handleUnaryCall,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
} from "@grpc/grpc-js";
import { GrpcClient } from "../../../protocols/grpc/client.ts";
import { services } from "../../../protocols/grpc/definitions.ts";
import { adapter } from "../adapter.ts";
import { DEADLINE, type Pair, params, requestId } from "../way.ts";

const service = services.get("lab.LabService") ?? {};
const method = service.Echo as MethodDefinition<object, object>;

const echo: handleUnaryCall<object, object> = (call, answer) => {
  const metadata = new Metadata();
  metadata.set("x-request-id", String(call.metadata.get("x-request-id")[0]));
  call.sendMetadata(metadata);
  answer(null, { ...call.request });
};

/** @grpc/grpc-js on both sides with the same .proto, as many channels, and the request's id in the metadata. */
export const grpc = (channels: number): Pair => ({
  adapter: adapter((broker) => new GrpcClient(broker, channels)),
  bare: {
    serve() {
      const server = new Server();
      server.addService(service, { Echo: echo });
      return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
          error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
        );
      });
    },
    async connect(address) {
      const options = { "grpc.use_local_subchannel_pool": 1 };
      const clients = Array.from(
        { length: channels },
        () => new Client(address, ChannelCredentials.createInsecure(), options),
      );
      let turn = 0;
      return () =>
        new Promise((resolve, reject) => {
          const metadata = new Metadata();
          metadata.set("x-request-id", requestId());
          const deadline = Date.now() + DEADLINE;
          const client = clients[turn++ % channels];
          const { path, requestSerialize, responseDeserialize } = method;
          client?.makeUnaryRequest(
            path,
            requestSerialize,
            responseDeserialize,
            params,
            metadata,
            { deadline },
            (error, value) => (error === null ? resolve(value) : reject(error)),
          );
        });
    },
  },
});
