// Original file: protocols/grpc/proto/logs.proto


export interface WriteLogsResponse {
  'written'?: (number);
}

export interface WriteLogsResponse__Output {
  'written': (number);
}
