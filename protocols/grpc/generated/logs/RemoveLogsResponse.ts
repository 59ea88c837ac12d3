// Original file: protocols/grpc/proto/logs.proto


export interface RemoveLogsResponse {
  'removed'?: (number);
}

export interface RemoveLogsResponse__Output {
  'removed': (number);
}
