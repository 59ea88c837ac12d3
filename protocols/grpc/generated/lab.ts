import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { EchoEachResponse as _lab_EchoEachResponse, EchoEachResponse__Output as _lab_EchoEachResponse__Output } from './lab/EchoEachResponse.ts';
import type { EchoRequest as _lab_EchoRequest, EchoRequest__Output as _lab_EchoRequest__Output } from './lab/EchoRequest.ts';
import type { EchoResponse as _lab_EchoResponse, EchoResponse__Output as _lab_EchoResponse__Output } from './lab/EchoResponse.ts';
import type { LabServiceClient as _lab_LabServiceClient, LabServiceDefinition as _lab_LabServiceDefinition } from './lab/LabService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lab: {
    EchoEachResponse: MessageTypeDefinition<_lab_EchoEachResponse, _lab_EchoEachResponse__Output>
    EchoRequest: MessageTypeDefinition<_lab_EchoRequest, _lab_EchoRequest__Output>
    EchoResponse: MessageTypeDefinition<_lab_EchoResponse, _lab_EchoResponse__Output>
    LabService: SubtypeConstructor<typeof grpc.Client, _lab_LabServiceClient> & { service: _lab_LabServiceDefinition }
  }
}

