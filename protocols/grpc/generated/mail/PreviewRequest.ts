// Original file: protocols/grpc/proto/mail.proto

import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from '../google/protobuf/Struct.ts';

export interface PreviewRequest {
  'template'?: (string);
  'variables'?: (_google_protobuf_Struct | null);
}

export interface PreviewRequest__Output {
  'template': (string);
  'variables': (_google_protobuf_Struct__Output | null);
}
