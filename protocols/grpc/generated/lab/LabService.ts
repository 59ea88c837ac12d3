// Original file: protocols/grpc/proto/lab.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { EchoEachResponse as _lab_EchoEachResponse, EchoEachResponse__Output as _lab_EchoEachResponse__Output } from '../lab/EchoEachResponse.ts';
import type { EchoRequest as _lab_EchoRequest, EchoRequest__Output as _lab_EchoRequest__Output } from '../lab/EchoRequest.ts';
import type { EchoResponse as _lab_EchoResponse, EchoResponse__Output as _lab_EchoResponse__Output } from '../lab/EchoResponse.ts';

export interface LabServiceClient extends grpc.Client {
  Echo(argument: _lab_EchoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  Echo(argument: _lab_EchoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  Echo(argument: _lab_EchoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  Echo(argument: _lab_EchoRequest, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  echo(argument: _lab_EchoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  echo(argument: _lab_EchoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  echo(argument: _lab_EchoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  echo(argument: _lab_EchoRequest, callback: grpc.requestCallback<_lab_EchoResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Answers with the count when each message was served.
   */
  EchoEach(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  EchoEach(metadata: grpc.Metadata, callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  EchoEach(options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  EchoEach(callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  /**
   * Answers with the count when each message was served.
   */
  echoEach(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  echoEach(metadata: grpc.Metadata, callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  echoEach(options: grpc.CallOptions, callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  echoEach(callback: grpc.requestCallback<_lab_EchoEachResponse__Output>): grpc.ClientWritableStream<_lab_EchoRequest>;
  
}

export interface LabServiceHandlers extends grpc.UntypedServiceImplementation {
  Echo: grpc.handleUnaryCall<_lab_EchoRequest__Output, _lab_EchoResponse>;
  
  /**
   * Answers with the count when each message was served.
   */
  EchoEach: grpc.handleClientStreamingCall<_lab_EchoRequest__Output, _lab_EchoEachResponse>;
  
}

export interface LabServiceDefinition extends grpc.ServiceDefinition {
  Echo: MethodDefinition<_lab_EchoRequest, _lab_EchoResponse, _lab_EchoRequest__Output, _lab_EchoResponse__Output>
  EchoEach: MethodDefinition<_lab_EchoRequest, _lab_EchoEachResponse, _lab_EchoRequest__Output, _lab_EchoEachResponse__Output>
}
