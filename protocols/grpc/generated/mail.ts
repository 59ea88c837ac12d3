import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AttachedFile as _mail_AttachedFile, AttachedFile__Output as _mail_AttachedFile__Output } from './mail/AttachedFile.ts';
import type { Attachment as _mail_Attachment, Attachment__Output as _mail_Attachment__Output } from './mail/Attachment.ts';
import type { Kept as _mail_Kept, Kept__Output as _mail_Kept__Output } from './mail/Kept.ts';
import type { ListRequest as _mail_ListRequest, ListRequest__Output as _mail_ListRequest__Output } from './mail/ListRequest.ts';
import type { ListResponse as _mail_ListResponse, ListResponse__Output as _mail_ListResponse__Output } from './mail/ListResponse.ts';
import type { Mail as _mail_Mail, Mail__Output as _mail_Mail__Output } from './mail/Mail.ts';
import type { MailId as _mail_MailId, MailId__Output as _mail_MailId__Output } from './mail/MailId.ts';
import type { MailRow as _mail_MailRow, MailRow__Output as _mail_MailRow__Output } from './mail/MailRow.ts';
import type { MailServiceClient as _mail_MailServiceClient, MailServiceDefinition as _mail_MailServiceDefinition } from './mail/MailService.ts';
import type { PreviewRequest as _mail_PreviewRequest, PreviewRequest__Output as _mail_PreviewRequest__Output } from './mail/PreviewRequest.ts';
import type { PreviewResponse as _mail_PreviewResponse, PreviewResponse__Output as _mail_PreviewResponse__Output } from './mail/PreviewResponse.ts';
import type { SendRequest as _mail_SendRequest, SendRequest__Output as _mail_SendRequest__Output } from './mail/SendRequest.ts';
import type { Template as _mail_Template, Template__Output as _mail_Template__Output } from './mail/Template.ts';
import type { TemplatesRequest as _mail_TemplatesRequest, TemplatesRequest__Output as _mail_TemplatesRequest__Output } from './mail/TemplatesRequest.ts';
import type { TemplatesResponse as _mail_TemplatesResponse, TemplatesResponse__Output as _mail_TemplatesResponse__Output } from './mail/TemplatesResponse.ts';
import type { Value as _mail_Value, Value__Output as _mail_Value__Output } from './mail/Value.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mail: {
    AttachedFile: MessageTypeDefinition<_mail_AttachedFile, _mail_AttachedFile__Output>
    Attachment: MessageTypeDefinition<_mail_Attachment, _mail_Attachment__Output>
    Kept: MessageTypeDefinition<_mail_Kept, _mail_Kept__Output>
    ListRequest: MessageTypeDefinition<_mail_ListRequest, _mail_ListRequest__Output>
    ListResponse: MessageTypeDefinition<_mail_ListResponse, _mail_ListResponse__Output>
    Mail: MessageTypeDefinition<_mail_Mail, _mail_Mail__Output>
    MailId: MessageTypeDefinition<_mail_MailId, _mail_MailId__Output>
    MailRow: MessageTypeDefinition<_mail_MailRow, _mail_MailRow__Output>
    MailService: SubtypeConstructor<typeof grpc.Client, _mail_MailServiceClient> & { service: _mail_MailServiceDefinition }
    PreviewRequest: MessageTypeDefinition<_mail_PreviewRequest, _mail_PreviewRequest__Output>
    PreviewResponse: MessageTypeDefinition<_mail_PreviewResponse, _mail_PreviewResponse__Output>
    SendRequest: MessageTypeDefinition<_mail_SendRequest, _mail_SendRequest__Output>
    Template: MessageTypeDefinition<_mail_Template, _mail_Template__Output>
    TemplatesRequest: MessageTypeDefinition<_mail_TemplatesRequest, _mail_TemplatesRequest__Output>
    TemplatesResponse: MessageTypeDefinition<_mail_TemplatesResponse, _mail_TemplatesResponse__Output>
    Value: MessageTypeDefinition<_mail_Value, _mail_Value__Output>
  }
}

