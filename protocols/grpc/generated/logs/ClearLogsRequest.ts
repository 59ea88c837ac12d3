// Original file: protocols/grpc/proto/logs.proto


export interface ClearLogsRequest {
}

export interface ClearLogsRequest__Output {
}
