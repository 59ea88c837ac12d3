// Original file: protocols/grpc/proto/logs.proto

import type { LogRow as _logs_LogRow, LogRow__Output as _logs_LogRow__Output } from '../logs/LogRow.ts';

export interface TailLogsResponse {
  'entry'?: (_logs_LogRow | null);
  /**
   * Entries before this one that are not told of, for there were too many at once.
   */
  'omitted'?: (number);
}

export interface TailLogsResponse__Output {
  'entry': (_logs_LogRow__Output | null);
  /**
   * Entries before this one that are not told of, for there were too many at once.
   */
  'omitted': (number);
}
