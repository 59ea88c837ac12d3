// Original file: protocols/grpc/proto/auth.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AuthenticateRequest as _auth_AuthenticateRequest, AuthenticateRequest__Output as _auth_AuthenticateRequest__Output } from '../auth/AuthenticateRequest.ts';
import type { CreateUserRequest as _auth_CreateUserRequest, CreateUserRequest__Output as _auth_CreateUserRequest__Output } from '../auth/CreateUserRequest.ts';
import type { FindUserRequest as _auth_FindUserRequest, FindUserRequest__Output as _auth_FindUserRequest__Output } from '../auth/FindUserRequest.ts';
import type { ListUsersRequest as _auth_ListUsersRequest, ListUsersRequest__Output as _auth_ListUsersRequest__Output } from '../auth/ListUsersRequest.ts';
import type { ListUsersResponse as _auth_ListUsersResponse, ListUsersResponse__Output as _auth_ListUsersResponse__Output } from '../auth/ListUsersResponse.ts';
import type { SetPasswordRequest as _auth_SetPasswordRequest, SetPasswordRequest__Output as _auth_SetPasswordRequest__Output } from '../auth/SetPasswordRequest.ts';
import type { UpdateUserRequest as _auth_UpdateUserRequest, UpdateUserRequest__Output as _auth_UpdateUserRequest__Output } from '../auth/UpdateUserRequest.ts';
import type { User as _auth_User, User__Output as _auth_User__Output } from '../auth/User.ts';
import type { UserId as _auth_UserId, UserId__Output as _auth_UserId__Output } from '../auth/UserId.ts';

export interface AuthServiceClient extends grpc.Client {
  Authenticate(argument: _auth_AuthenticateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _auth_AuthenticateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _auth_AuthenticateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _auth_AuthenticateRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _auth_AuthenticateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _auth_AuthenticateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _auth_AuthenticateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _auth_AuthenticateRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  
  CreateUser(argument: _auth_CreateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  CreateUser(argument: _auth_CreateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  CreateUser(argument: _auth_CreateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  CreateUser(argument: _auth_CreateUserRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _auth_CreateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _auth_CreateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _auth_CreateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _auth_CreateUserRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  
  DeactivateUser(argument: _auth_UserId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  DeactivateUser(argument: _auth_UserId, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  DeactivateUser(argument: _auth_UserId, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  DeactivateUser(argument: _auth_UserId, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  deactivateUser(argument: _auth_UserId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  deactivateUser(argument: _auth_UserId, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  deactivateUser(argument: _auth_UserId, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  deactivateUser(argument: _auth_UserId, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  
  /**
   * By id or by email.
   */
  FindUser(argument: _auth_FindUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  FindUser(argument: _auth_FindUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  FindUser(argument: _auth_FindUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  FindUser(argument: _auth_FindUserRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  /**
   * By id or by email.
   */
  findUser(argument: _auth_FindUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  findUser(argument: _auth_FindUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  findUser(argument: _auth_FindUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  findUser(argument: _auth_FindUserRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  
  ListUsers(argument: _auth_ListUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  ListUsers(argument: _auth_ListUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  ListUsers(argument: _auth_ListUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  ListUsers(argument: _auth_ListUsersRequest, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _auth_ListUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _auth_ListUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _auth_ListUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _auth_ListUsersRequest, callback: grpc.requestCallback<_auth_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  
  SetPassword(argument: _auth_SetPasswordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  SetPassword(argument: _auth_SetPasswordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  SetPassword(argument: _auth_SetPasswordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  SetPassword(argument: _auth_SetPasswordRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  setPassword(argument: _auth_SetPasswordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  setPassword(argument: _auth_SetPasswordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  setPassword(argument: _auth_SetPasswordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  setPassword(argument: _auth_SetPasswordRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  
  UpdateUser(argument: _auth_UpdateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  UpdateUser(argument: _auth_UpdateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  UpdateUser(argument: _auth_UpdateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  UpdateUser(argument: _auth_UpdateUserRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _auth_UpdateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _auth_UpdateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _auth_UpdateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _auth_UpdateUserRequest, callback: grpc.requestCallback<_auth_User__Output>): grpc.ClientUnaryCall;
  
}

export interface AuthServiceHandlers extends grpc.UntypedServiceImplementation {
  Authenticate: grpc.handleUnaryCall<_auth_AuthenticateRequest__Output, _auth_User>;
  
  CreateUser: grpc.handleUnaryCall<_auth_CreateUserRequest__Output, _auth_User>;
  
  DeactivateUser: grpc.handleUnaryCall<_auth_UserId__Output, _auth_User>;
  
  /**
   * By id or by email.
   */
  FindUser: grpc.handleUnaryCall<_auth_FindUserRequest__Output, _auth_User>;
  
  ListUsers: grpc.handleUnaryCall<_auth_ListUsersRequest__Output, _auth_ListUsersResponse>;
  
  SetPassword: grpc.handleUnaryCall<_auth_SetPasswordRequest__Output, _auth_User>;
  
  UpdateUser: grpc.handleUnaryCall<_auth_UpdateUserRequest__Output, _auth_User>;
  
}

export interface AuthServiceDefinition extends grpc.ServiceDefinition {
  Authenticate: MethodDefinition<_auth_AuthenticateRequest, _auth_User, _auth_AuthenticateRequest__Output, _auth_User__Output>
  CreateUser: MethodDefinition<_auth_CreateUserRequest, _auth_User, _auth_CreateUserRequest__Output, _auth_User__Output>
  DeactivateUser: MethodDefinition<_auth_UserId, _auth_User, _auth_UserId__Output, _auth_User__Output>
  FindUser: MethodDefinition<_auth_FindUserRequest, _auth_User, _auth_FindUserRequest__Output, _auth_User__Output>
  ListUsers: MethodDefinition<_auth_ListUsersRequest, _auth_ListUsersResponse, _auth_ListUsersRequest__Output, _auth_ListUsersResponse__Output>
  SetPassword: MethodDefinition<_auth_SetPasswordRequest, _auth_User, _auth_SetPasswordRequest__Output, _auth_User__Output>
  UpdateUser: MethodDefinition<_auth_UpdateUserRequest, _auth_User, _auth_UpdateUserRequest__Output, _auth_User__Output>
}
