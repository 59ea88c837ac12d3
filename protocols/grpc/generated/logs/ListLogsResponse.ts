// Original file: protocols/grpc/proto/logs.proto

import type { LogRow as _logs_LogRow, LogRow__Output as _logs_LogRow__Output } from '../logs/LogRow.ts';

export interface ListLogsResponse {
  'rows'?: (_logs_LogRow)[];
  'total'?: (number);
  'page'?: (number);
  'pageSize'?: (number);
  'totalPages'?: (number);
}

export interface ListLogsResponse__Output {
  'rows': (_logs_LogRow__Output)[];
  'total': (number);
  'page': (number);
  'pageSize': (number);
  'totalPages': (number);
}
