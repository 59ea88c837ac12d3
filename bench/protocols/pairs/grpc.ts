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
import { adapter, nodesAction } from "../adapter.ts";
import { DEADLINE, type Pair, type Params, params, requestId, type Way } from "../way.ts";

const service = services.get("lab.LabService") ?? {};
const method = service.Echo as MethodDefinition<Params, object>;

type Echo = handleUnaryCall<Params, object>;

const requestIdOf = ({ metadata }: Parameters<Echo>[0]): string => String(metadata.get("x-request-id")[0]);

const answerTo = (call: Parameters<Echo>[0], value: object, answer: Parameters<Echo>[1]): void => {
  const metadata = new Metadata();
  metadata.set("x-request-id", requestIdOf(call));
  call.sendMetadata(metadata);
  answer(null, value);
};

/** @grpc/grpc-js on both sides with the same .proto, as many channels, and the request's id in the metadata. */
const bare = (channels: number, start: () => Promise<Echo>): Way => ({
  async serve() {
    const server = new Server();
    server.addService(service, { Echo: await start() });
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
});

const ours = (channels: number): Way => adapter((broker) => new GrpcClient(broker, channels));

/** A call that is answered as soon as it is read. */
export const grpc = (channels: number): Pair => ({
  adapter: ours(channels),
  bare: bare(channels, async () => (call, answer) => answerTo(call, { ...call.request }, answer)),
});

/** A call of the same action on a node as ours is: what is left is the adapter. */
export const grpcAction: Pair = {
  adapter: ours(1),
  bare: bare(1, async () => {
    const act = await nodesAction();
    return (call, answer) =>
      void act({ payload: call.request.payload }, requestIdOf(call)).then((value) =>
        answerTo(call, value as object, answer),
      );
  }),
};
