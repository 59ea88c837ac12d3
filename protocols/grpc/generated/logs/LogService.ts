// Original file: protocols/grpc/proto/logs.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ClearLogsRequest as _logs_ClearLogsRequest, ClearLogsRequest__Output as _logs_ClearLogsRequest__Output } from '../logs/ClearLogsRequest.ts';
import type { ListLogsRequest as _logs_ListLogsRequest, ListLogsRequest__Output as _logs_ListLogsRequest__Output } from '../logs/ListLogsRequest.ts';
import type { ListLogsResponse as _logs_ListLogsResponse, ListLogsResponse__Output as _logs_ListLogsResponse__Output } from '../logs/ListLogsResponse.ts';
import type { LogId as _logs_LogId, LogId__Output as _logs_LogId__Output } from '../logs/LogId.ts';
import type { LogRequest as _logs_LogRequest, LogRequest__Output as _logs_LogRequest__Output } from '../logs/LogRequest.ts';
import type { LogResponse as _logs_LogResponse, LogResponse__Output as _logs_LogResponse__Output } from '../logs/LogResponse.ts';
import type { LogRow as _logs_LogRow, LogRow__Output as _logs_LogRow__Output } from '../logs/LogRow.ts';
import type { RemoveLogsResponse as _logs_RemoveLogsResponse, RemoveLogsResponse__Output as _logs_RemoveLogsResponse__Output } from '../logs/RemoveLogsResponse.ts';
import type { TailLogsRequest as _logs_TailLogsRequest, TailLogsRequest__Output as _logs_TailLogsRequest__Output } from '../logs/TailLogsRequest.ts';
import type { TailLogsResponse as _logs_TailLogsResponse, TailLogsResponse__Output as _logs_TailLogsResponse__Output } from '../logs/TailLogsResponse.ts';
import type { UpdateLogRequest as _logs_UpdateLogRequest, UpdateLogRequest__Output as _logs_UpdateLogRequest__Output } from '../logs/UpdateLogRequest.ts';
import type { WriteLogsResponse as _logs_WriteLogsResponse, WriteLogsResponse__Output as _logs_WriteLogsResponse__Output } from '../logs/WriteLogsResponse.ts';

export interface LogServiceClient extends grpc.Client {
  ClearLogs(argument: _logs_ClearLogsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  ClearLogs(argument: _logs_ClearLogsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  ClearLogs(argument: _logs_ClearLogsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  ClearLogs(argument: _logs_ClearLogsRequest, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  clearLogs(argument: _logs_ClearLogsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  clearLogs(argument: _logs_ClearLogsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  clearLogs(argument: _logs_ClearLogsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  clearLogs(argument: _logs_ClearLogsRequest, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  
  GetLog(argument: _logs_LogId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  GetLog(argument: _logs_LogId, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  GetLog(argument: _logs_LogId, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  GetLog(argument: _logs_LogId, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  getLog(argument: _logs_LogId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  getLog(argument: _logs_LogId, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  getLog(argument: _logs_LogId, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  getLog(argument: _logs_LogId, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  
  ListLogs(argument: _logs_ListLogsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  ListLogs(argument: _logs_ListLogsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  ListLogs(argument: _logs_ListLogsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  ListLogs(argument: _logs_ListLogsRequest, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  listLogs(argument: _logs_ListLogsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  listLogs(argument: _logs_ListLogsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  listLogs(argument: _logs_ListLogsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  listLogs(argument: _logs_ListLogsRequest, callback: grpc.requestCallback<_logs_ListLogsResponse__Output>): grpc.ClientUnaryCall;
  
  RemoveLog(argument: _logs_LogId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  RemoveLog(argument: _logs_LogId, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  RemoveLog(argument: _logs_LogId, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  RemoveLog(argument: _logs_LogId, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  removeLog(argument: _logs_LogId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  removeLog(argument: _logs_LogId, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  removeLog(argument: _logs_LogId, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  removeLog(argument: _logs_LogId, callback: grpc.requestCallback<_logs_RemoveLogsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Entries as they are stored, from any logger.
   */
  TailLogs(argument: _logs_TailLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_logs_TailLogsResponse__Output>;
  TailLogs(argument: _logs_TailLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_logs_TailLogsResponse__Output>;
  /**
   * Entries as they are stored, from any logger.
   */
  tailLogs(argument: _logs_TailLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_logs_TailLogsResponse__Output>;
  tailLogs(argument: _logs_TailLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_logs_TailLogsResponse__Output>;
  
  UpdateLog(argument: _logs_UpdateLogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  UpdateLog(argument: _logs_UpdateLogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  UpdateLog(argument: _logs_UpdateLogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  UpdateLog(argument: _logs_UpdateLogRequest, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  updateLog(argument: _logs_UpdateLogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  updateLog(argument: _logs_UpdateLogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  updateLog(argument: _logs_UpdateLogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  updateLog(argument: _logs_UpdateLogRequest, callback: grpc.requestCallback<_logs_LogRow__Output>): grpc.ClientUnaryCall;
  
  WriteLog(argument: _logs_LogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  WriteLog(argument: _logs_LogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  WriteLog(argument: _logs_LogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  WriteLog(argument: _logs_LogRequest, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  writeLog(argument: _logs_LogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  writeLog(argument: _logs_LogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  writeLog(argument: _logs_LogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  writeLog(argument: _logs_LogRequest, callback: grpc.requestCallback<_logs_LogResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Each message is an entry; answers when all are stored. The first that is refused ends the stream with its error.
   */
  WriteLogs(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  WriteLogs(metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  WriteLogs(options: grpc.CallOptions, callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  WriteLogs(callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  /**
   * Each message is an entry; answers when all are stored. The first that is refused ends the stream with its error.
   */
  writeLogs(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  writeLogs(metadata: grpc.Metadata, callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  writeLogs(options: grpc.CallOptions, callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  writeLogs(callback: grpc.requestCallback<_logs_WriteLogsResponse__Output>): grpc.ClientWritableStream<_logs_LogRequest>;
  
}

export interface LogServiceHandlers extends grpc.UntypedServiceImplementation {
  ClearLogs: grpc.handleUnaryCall<_logs_ClearLogsRequest__Output, _logs_RemoveLogsResponse>;
  
  GetLog: grpc.handleUnaryCall<_logs_LogId__Output, _logs_LogRow>;
  
  ListLogs: grpc.handleUnaryCall<_logs_ListLogsRequest__Output, _logs_ListLogsResponse>;
  
  RemoveLog: grpc.handleUnaryCall<_logs_LogId__Output, _logs_RemoveLogsResponse>;
  
  /**
   * Entries as they are stored, from any logger.
   */
  TailLogs: grpc.handleServerStreamingCall<_logs_TailLogsRequest__Output, _logs_TailLogsResponse>;
  
  UpdateLog: grpc.handleUnaryCall<_logs_UpdateLogRequest__Output, _logs_LogRow>;
  
  WriteLog: grpc.handleUnaryCall<_logs_LogRequest__Output, _logs_LogResponse>;
  
  /**
   * Each message is an entry; answers when all are stored. The first that is refused ends the stream with its error.
   */
  WriteLogs: grpc.handleClientStreamingCall<_logs_LogRequest__Output, _logs_WriteLogsResponse>;
  
}

export interface LogServiceDefinition extends grpc.ServiceDefinition {
  ClearLogs: MethodDefinition<_logs_ClearLogsRequest, _logs_RemoveLogsResponse, _logs_ClearLogsRequest__Output, _logs_RemoveLogsResponse__Output>
  GetLog: MethodDefinition<_logs_LogId, _logs_LogRow, _logs_LogId__Output, _logs_LogRow__Output>
  ListLogs: MethodDefinition<_logs_ListLogsRequest, _logs_ListLogsResponse, _logs_ListLogsRequest__Output, _logs_ListLogsResponse__Output>
  RemoveLog: MethodDefinition<_logs_LogId, _logs_RemoveLogsResponse, _logs_LogId__Output, _logs_RemoveLogsResponse__Output>
  TailLogs: MethodDefinition<_logs_TailLogsRequest, _logs_TailLogsResponse, _logs_TailLogsRequest__Output, _logs_TailLogsResponse__Output>
  UpdateLog: MethodDefinition<_logs_UpdateLogRequest, _logs_LogRow, _logs_UpdateLogRequest__Output, _logs_LogRow__Output>
  WriteLog: MethodDefinition<_logs_LogRequest, _logs_LogResponse, _logs_LogRequest__Output, _logs_LogResponse__Output>
  WriteLogs: MethodDefinition<_logs_LogRequest, _logs_WriteLogsResponse, _logs_LogRequest__Output, _logs_WriteLogsResponse__Output>
}
