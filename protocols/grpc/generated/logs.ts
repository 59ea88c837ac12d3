import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ClearLogsRequest as _logs_ClearLogsRequest, ClearLogsRequest__Output as _logs_ClearLogsRequest__Output } from './logs/ClearLogsRequest.ts';
import type { ListLogsRequest as _logs_ListLogsRequest, ListLogsRequest__Output as _logs_ListLogsRequest__Output } from './logs/ListLogsRequest.ts';
import type { ListLogsResponse as _logs_ListLogsResponse, ListLogsResponse__Output as _logs_ListLogsResponse__Output } from './logs/ListLogsResponse.ts';
import type { Log as _logs_Log, Log__Output as _logs_Log__Output } from './logs/Log.ts';
import type { LogId as _logs_LogId, LogId__Output as _logs_LogId__Output } from './logs/LogId.ts';
import type { LogRequest as _logs_LogRequest, LogRequest__Output as _logs_LogRequest__Output } from './logs/LogRequest.ts';
import type { LogResponse as _logs_LogResponse, LogResponse__Output as _logs_LogResponse__Output } from './logs/LogResponse.ts';
import type { LogRow as _logs_LogRow, LogRow__Output as _logs_LogRow__Output } from './logs/LogRow.ts';
import type { LogServiceClient as _logs_LogServiceClient, LogServiceDefinition as _logs_LogServiceDefinition } from './logs/LogService.ts';
import type { RemoveLogsResponse as _logs_RemoveLogsResponse, RemoveLogsResponse__Output as _logs_RemoveLogsResponse__Output } from './logs/RemoveLogsResponse.ts';
import type { TailLogsRequest as _logs_TailLogsRequest, TailLogsRequest__Output as _logs_TailLogsRequest__Output } from './logs/TailLogsRequest.ts';
import type { TailLogsResponse as _logs_TailLogsResponse, TailLogsResponse__Output as _logs_TailLogsResponse__Output } from './logs/TailLogsResponse.ts';
import type { UpdateLogRequest as _logs_UpdateLogRequest, UpdateLogRequest__Output as _logs_UpdateLogRequest__Output } from './logs/UpdateLogRequest.ts';
import type { WriteLogsResponse as _logs_WriteLogsResponse, WriteLogsResponse__Output as _logs_WriteLogsResponse__Output } from './logs/WriteLogsResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  logs: {
    ClearLogsRequest: MessageTypeDefinition<_logs_ClearLogsRequest, _logs_ClearLogsRequest__Output>
    ListLogsRequest: MessageTypeDefinition<_logs_ListLogsRequest, _logs_ListLogsRequest__Output>
    ListLogsResponse: MessageTypeDefinition<_logs_ListLogsResponse, _logs_ListLogsResponse__Output>
    Log: MessageTypeDefinition<_logs_Log, _logs_Log__Output>
    LogId: MessageTypeDefinition<_logs_LogId, _logs_LogId__Output>
    LogRequest: MessageTypeDefinition<_logs_LogRequest, _logs_LogRequest__Output>
    LogResponse: MessageTypeDefinition<_logs_LogResponse, _logs_LogResponse__Output>
    LogRow: MessageTypeDefinition<_logs_LogRow, _logs_LogRow__Output>
    LogService: SubtypeConstructor<typeof grpc.Client, _logs_LogServiceClient> & { service: _logs_LogServiceDefinition }
    RemoveLogsResponse: MessageTypeDefinition<_logs_RemoveLogsResponse, _logs_RemoveLogsResponse__Output>
    TailLogsRequest: MessageTypeDefinition<_logs_TailLogsRequest, _logs_TailLogsRequest__Output>
    TailLogsResponse: MessageTypeDefinition<_logs_TailLogsResponse, _logs_TailLogsResponse__Output>
    UpdateLogRequest: MessageTypeDefinition<_logs_UpdateLogRequest, _logs_UpdateLogRequest__Output>
    WriteLogsResponse: MessageTypeDefinition<_logs_WriteLogsResponse, _logs_WriteLogsResponse__Output>
  }
}

