// Original file: protocols/grpc/proto/mail.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Kept as _mail_Kept, Kept__Output as _mail_Kept__Output } from '../mail/Kept.ts';
import type { ListRequest as _mail_ListRequest, ListRequest__Output as _mail_ListRequest__Output } from '../mail/ListRequest.ts';
import type { ListResponse as _mail_ListResponse, ListResponse__Output as _mail_ListResponse__Output } from '../mail/ListResponse.ts';
import type { Mail as _mail_Mail, Mail__Output as _mail_Mail__Output } from '../mail/Mail.ts';
import type { MailId as _mail_MailId, MailId__Output as _mail_MailId__Output } from '../mail/MailId.ts';
import type { PreviewRequest as _mail_PreviewRequest, PreviewRequest__Output as _mail_PreviewRequest__Output } from '../mail/PreviewRequest.ts';
import type { PreviewResponse as _mail_PreviewResponse, PreviewResponse__Output as _mail_PreviewResponse__Output } from '../mail/PreviewResponse.ts';
import type { SendRequest as _mail_SendRequest, SendRequest__Output as _mail_SendRequest__Output } from '../mail/SendRequest.ts';
import type { TemplatesRequest as _mail_TemplatesRequest, TemplatesRequest__Output as _mail_TemplatesRequest__Output } from '../mail/TemplatesRequest.ts';
import type { TemplatesResponse as _mail_TemplatesResponse, TemplatesResponse__Output as _mail_TemplatesResponse__Output } from '../mail/TemplatesResponse.ts';

export interface MailServiceClient extends grpc.Client {
  Get(argument: _mail_MailId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  Get(argument: _mail_MailId, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  Get(argument: _mail_MailId, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  Get(argument: _mail_MailId, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  get(argument: _mail_MailId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  get(argument: _mail_MailId, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  get(argument: _mail_MailId, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  get(argument: _mail_MailId, callback: grpc.requestCallback<_mail_Mail__Output>): grpc.ClientUnaryCall;
  
  List(argument: _mail_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _mail_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _mail_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _mail_ListRequest, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _mail_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _mail_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _mail_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _mail_ListRequest, callback: grpc.requestCallback<_mail_ListResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * How a mail would look; nothing is sent.
   */
  Preview(argument: _mail_PreviewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  Preview(argument: _mail_PreviewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  Preview(argument: _mail_PreviewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  Preview(argument: _mail_PreviewRequest, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  /**
   * How a mail would look; nothing is sent.
   */
  preview(argument: _mail_PreviewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  preview(argument: _mail_PreviewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  preview(argument: _mail_PreviewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  preview(argument: _mail_PreviewRequest, callback: grpc.requestCallback<_mail_PreviewResponse__Output>): grpc.ClientUnaryCall;
  
  Resend(argument: _mail_MailId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  Resend(argument: _mail_MailId, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  Resend(argument: _mail_MailId, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  Resend(argument: _mail_MailId, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  resend(argument: _mail_MailId, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  resend(argument: _mail_MailId, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  resend(argument: _mail_MailId, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  resend(argument: _mail_MailId, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  
  Send(argument: _mail_SendRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  Send(argument: _mail_SendRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  Send(argument: _mail_SendRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  Send(argument: _mail_SendRequest, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  send(argument: _mail_SendRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  send(argument: _mail_SendRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  send(argument: _mail_SendRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  send(argument: _mail_SendRequest, callback: grpc.requestCallback<_mail_Kept__Output>): grpc.ClientUnaryCall;
  
  Templates(argument: _mail_TemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  Templates(argument: _mail_TemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  Templates(argument: _mail_TemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  Templates(argument: _mail_TemplatesRequest, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  templates(argument: _mail_TemplatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  templates(argument: _mail_TemplatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  templates(argument: _mail_TemplatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  templates(argument: _mail_TemplatesRequest, callback: grpc.requestCallback<_mail_TemplatesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface MailServiceHandlers extends grpc.UntypedServiceImplementation {
  Get: grpc.handleUnaryCall<_mail_MailId__Output, _mail_Mail>;
  
  List: grpc.handleUnaryCall<_mail_ListRequest__Output, _mail_ListResponse>;
  
  /**
   * How a mail would look; nothing is sent.
   */
  Preview: grpc.handleUnaryCall<_mail_PreviewRequest__Output, _mail_PreviewResponse>;
  
  Resend: grpc.handleUnaryCall<_mail_MailId__Output, _mail_Kept>;
  
  Send: grpc.handleUnaryCall<_mail_SendRequest__Output, _mail_Kept>;
  
  Templates: grpc.handleUnaryCall<_mail_TemplatesRequest__Output, _mail_TemplatesResponse>;
  
}

export interface MailServiceDefinition extends grpc.ServiceDefinition {
  Get: MethodDefinition<_mail_MailId, _mail_Mail, _mail_MailId__Output, _mail_Mail__Output>
  List: MethodDefinition<_mail_ListRequest, _mail_ListResponse, _mail_ListRequest__Output, _mail_ListResponse__Output>
  Preview: MethodDefinition<_mail_PreviewRequest, _mail_PreviewResponse, _mail_PreviewRequest__Output, _mail_PreviewResponse__Output>
  Resend: MethodDefinition<_mail_MailId, _mail_Kept, _mail_MailId__Output, _mail_Kept__Output>
  Send: MethodDefinition<_mail_SendRequest, _mail_Kept, _mail_SendRequest__Output, _mail_Kept__Output>
  Templates: MethodDefinition<_mail_TemplatesRequest, _mail_TemplatesResponse, _mail_TemplatesRequest__Output, _mail_TemplatesResponse__Output>
}
