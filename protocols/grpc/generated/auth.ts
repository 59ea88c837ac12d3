import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AuthServiceClient as _auth_AuthServiceClient, AuthServiceDefinition as _auth_AuthServiceDefinition } from './auth/AuthService.ts';
import type { AuthenticateRequest as _auth_AuthenticateRequest, AuthenticateRequest__Output as _auth_AuthenticateRequest__Output } from './auth/AuthenticateRequest.ts';
import type { CreateUserRequest as _auth_CreateUserRequest, CreateUserRequest__Output as _auth_CreateUserRequest__Output } from './auth/CreateUserRequest.ts';
import type { FindUserRequest as _auth_FindUserRequest, FindUserRequest__Output as _auth_FindUserRequest__Output } from './auth/FindUserRequest.ts';
import type { ListUsersRequest as _auth_ListUsersRequest, ListUsersRequest__Output as _auth_ListUsersRequest__Output } from './auth/ListUsersRequest.ts';
import type { ListUsersResponse as _auth_ListUsersResponse, ListUsersResponse__Output as _auth_ListUsersResponse__Output } from './auth/ListUsersResponse.ts';
import type { SetPasswordRequest as _auth_SetPasswordRequest, SetPasswordRequest__Output as _auth_SetPasswordRequest__Output } from './auth/SetPasswordRequest.ts';
import type { UpdateUserRequest as _auth_UpdateUserRequest, UpdateUserRequest__Output as _auth_UpdateUserRequest__Output } from './auth/UpdateUserRequest.ts';
import type { User as _auth_User, User__Output as _auth_User__Output } from './auth/User.ts';
import type { UserId as _auth_UserId, UserId__Output as _auth_UserId__Output } from './auth/UserId.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  auth: {
    AuthService: SubtypeConstructor<typeof grpc.Client, _auth_AuthServiceClient> & { service: _auth_AuthServiceDefinition }
    AuthenticateRequest: MessageTypeDefinition<_auth_AuthenticateRequest, _auth_AuthenticateRequest__Output>
    CreateUserRequest: MessageTypeDefinition<_auth_CreateUserRequest, _auth_CreateUserRequest__Output>
    FindUserRequest: MessageTypeDefinition<_auth_FindUserRequest, _auth_FindUserRequest__Output>
    ListUsersRequest: MessageTypeDefinition<_auth_ListUsersRequest, _auth_ListUsersRequest__Output>
    ListUsersResponse: MessageTypeDefinition<_auth_ListUsersResponse, _auth_ListUsersResponse__Output>
    SetPasswordRequest: MessageTypeDefinition<_auth_SetPasswordRequest, _auth_SetPasswordRequest__Output>
    UpdateUserRequest: MessageTypeDefinition<_auth_UpdateUserRequest, _auth_UpdateUserRequest__Output>
    User: MessageTypeDefinition<_auth_User, _auth_User__Output>
    UserId: MessageTypeDefinition<_auth_UserId, _auth_UserId__Output>
  }
}

