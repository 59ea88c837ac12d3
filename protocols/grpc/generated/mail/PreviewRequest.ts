// Original file: protocols/grpc/proto/mail.proto

import type { Value as _mail_Value, Value__Output as _mail_Value__Output } from '../mail/Value.ts';

export interface PreviewRequest {
  'template'?: (string);
  'variables'?: ({[key: string]: _mail_Value});
}

export interface PreviewRequest__Output {
  'template': (string);
  'variables': ({[key: string]: _mail_Value__Output});
}
