"""A gRPC client that has no .proto: it asks the server's reflection what there is, as grpcurl does.

Usage: reflection_client.py HOST:PORT SERVICE METHOD JSON   Prints the response, or what was refused, as one line of JSON.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

address, service, method, given = sys.argv[1:]
with grpc.insecure_channel(address) as channel:
    pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    rpc = pool.FindServiceByName(service).methods_by_name[method]
    Request, Response = (message_factory.GetMessageClass(of) for of in (rpc.input_type, rpc.output_type))
    call = channel.unary_unary(f"/{service}/{method}", Request.SerializeToString, Response.FromString)
    try:
        response = call(json_format.Parse(given, Request()), timeout=10)
        print(json_format.MessageToJson(response, preserving_proto_field_name=True, indent=None))
    except grpc.RpcError as error:
        code = dict(error.trailing_metadata())["x-error-code"]
        print(json.dumps({"status": error.code().name, "details": error.details(), "code": code}))
