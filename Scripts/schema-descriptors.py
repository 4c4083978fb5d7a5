"""Writes the file descriptors of grafeas.v1 and binaryauthorization.v1, with all they import, as one set.

The published Python packages carry them whole: every proto-plus message knows its file descriptor.

Usage: schema-descriptors.py OUTPUT, prints the names of the files to generate code for.
"""

import importlib
import sys

from google.protobuf import descriptor_pb2

TYPES = ("grafeas.grafeas_v1.types", "google.cloud.binaryauthorization_v1.types")
OURS = ("grafeas/v1/", "google/cloud/binaryauthorization/v1/")


def files_of(module):
    for name in module.__all__:
        message = getattr(module, name)
        if hasattr(message, "pb"):
            yield message.pb(message()).DESCRIPTOR.file


def collect(file, into):
    for dependency in file.dependencies:
        collect(dependency, into)
    into.setdefault(file.name, file)


def main(output):
    found = {}
    for name in TYPES:
        for file in files_of(importlib.import_module(name)):
            collect(file, found)
    descriptors = descriptor_pb2.FileDescriptorSet()
    for file in found.values():
        file.CopyToProto(descriptors.file.add())
    with open(output, "wb") as out:
        out.write(descriptors.SerializeToString())

    common = ("google/rpc/", "google/type/", "google/iam/", "google/protobuf/", "google/api/")
    for name in found:
        if not name.startswith(common):
            print(name)
    for name in found:
        if name.startswith(("google/rpc/", "google/type/")):
            print(name)


main(sys.argv[1])
