// Original file: protocols/grpc/proto/auth.proto

import type { User as _auth_User, User__Output as _auth_User__Output } from '../auth/User.ts';

export interface ListUsersResponse {
  'rows'?: (_auth_User)[];
  'total'?: (number);
  'page'?: (number);
  'pageSize'?: (number);
  'totalPages'?: (number);
}

export interface ListUsersResponse__Output {
  'rows': (_auth_User__Output)[];
  'total': (number);
  'page': (number);
  'pageSize': (number);
  'totalPages': (number);
}
