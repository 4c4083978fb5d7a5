"""Writes the file descriptors of the APIs that Pratique speaks, with all they import, as one set.

The published Python packages carry them whole: every message knows its file descriptor. The fourteenth kind of grafeas.v1,
AI_SKILL_ANALYSIS, is newer than the published packages and is added here by the numbers of its schema.

Usage: schema-descriptors.py OUTPUT FIELDS, prints the names of the files to generate code for. FIELDS is a Swift file
with the names, numbers and types of all fields below an occurrence and a note: what a filter may name.
"""

import importlib
import sys

from google.protobuf import descriptor_pb2

TYPES = (
    "grafeas.grafeas_v1.types",
    "google.cloud.binaryauthorization_v1.types",
    "google.cloud.devtools.containeranalysis_v1.types",
)
GRAFEAS = "grafeas/grafeas_v1/types/"
IAM = ("google.iam.v1.iam_policy_pb2", "google.iam.v1.policy_pb2")

Field = descriptor_pb2.FieldDescriptorProto


def files_of(module):
    for name in module.__all__:
        message = getattr(module, name)
        if hasattr(message, "pb"):
            yield message.pb(message()).DESCRIPTOR.file


def collect(file, into):
    for dependency in file.dependencies:
        collect(dependency, into)
    into.setdefault(file.name, file)


def add_field(message, name, number, type_name=None, repeated=False, oneof=None):
    field = message.field.add(name=name, number=number)
    field.label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
    field.type = Field.TYPE_MESSAGE if type_name else Field.TYPE_STRING
    if type_name:
        field.type_name = type_name
    if oneof is not None:
        field.oneof_index = [one.name for one in message.oneof_decl].index(oneof)
        # protoc wants the members of a oneof side by side.
        fields = sorted(message.field, key=lambda one: one.HasField("oneof_index") and not one.proto3_optional)
        del message.field[:]
        message.field.extend(fields)


def add_ai_skill_analysis(files):
    """grafeas, proto/v1/ai_skill_analysis.proto, and the fields of Note and Occurrence that hold it."""
    name = GRAFEAS + "ai_skill_analysis.proto"
    file = descriptor_pb2.FileDescriptorProto(name=name, package="grafeas.v1", syntax="proto3")
    file.message_type.add(name="AISkillAnalysisNote")
    occurrence = file.message_type.add(name="AISkillAnalysisOccurrence")
    add_field(occurrence, "skill_name", 1)
    add_field(occurrence, "findings", 2, ".grafeas.v1.AISkillAnalysisOccurrence.Finding", repeated=True)
    finding = occurrence.nested_type.add(name="Finding")
    parts = ("rule_id", "category", "severity", "title", "description", "file_path", "snippet")
    for number, part in enumerate(parts, start=1):
        add_field(finding, part, number)

    common = next(one for one in files if one.name == GRAFEAS + "common.proto")
    kinds = next(one for one in common.enum_type if one.name == "NoteKind")
    kinds.value.add(name="AI_SKILL_ANALYSIS", number=14)

    grafeas = next(one for one in files if one.name == GRAFEAS + "grafeas.proto")
    grafeas.dependency.append(name)
    messages = {message.name: message for message in grafeas.message_type}
    add_field(messages["Occurrence"], "ai_skill_analysis", 22, ".grafeas.v1.AISkillAnalysisOccurrence", oneof="details")
    add_field(messages["Note"], "ai_skill_analysis", 23, ".grafeas.v1.AISkillAnalysisNote", oneof="type")
    files.insert(files.index(grafeas), file)


def restore_names(messages):
    """The packages put an underscore after names that Python keeps for itself; on the wire there is none."""
    for message in messages:
        for field in message.field:
            field.name = field.name.rstrip("_")
        restore_names(message.nested_type)


def types_of(files):
    """Every message and enum by its full name."""
    found = {}

    def walk(prefix, messages, enums):
        for enum in enums:
            found[f"{prefix}.{enum.name}"] = enum
        for message in messages:
            found[f"{prefix}.{message.name}"] = message
            walk(f"{prefix}.{message.name}", message.nested_type, message.enum_type)

    for file in files:
        walk(f".{file.package}", file.message_type, file.enum_type)
    return found


def described(field, types):
    """What stands behind a field's name: its number, then its type, with `repeated` or `map` before it."""
    type_name = Field.Type.Name(field.type).removeprefix("TYPE_").lower()
    below = types[field.type_name] if field.type_name else None
    if below is not None and below.DESCRIPTOR.name == "DescriptorProto" and below.options.map_entry:
        value = below.field[1]
        return f"{field.number} map {described(value, types).split(' ', 1)[1]}"
    words = [str(field.number)] + ["repeated"] * (field.label == Field.LABEL_REPEATED) + [type_name]
    return " ".join(words + [field.type_name.lstrip(".")] * bool(field.type_name))


def fields_below(roots, types):
    """One block for each message and enum that the roots lead to, in the order of their names."""
    blocks, queue = {}, list(roots)
    while queue:
        name = queue.pop()
        if name in blocks:
            continue
        one = types[name]
        if one.DESCRIPTOR.name == "EnumDescriptorProto":
            blocks[name] = [f"{value.name} {value.number}" for value in one.value]
            continue
        blocks[name] = [f"{field.name} {described(field, types)}" for field in one.field]
        for field in one.field:
            if not field.type_name:
                continue
            below = types[field.type_name]
            is_map = below.DESCRIPTOR.name == "DescriptorProto" and below.options.map_entry
            for part in below.field if is_map else [field]:
                if part.type_name:
                    queue.append(part.type_name)
    return "\n".join("\n".join([f"# {name.lstrip('.')}"] + blocks[name]) for name in sorted(blocks))


def write_fields(path, files):
    text = fields_below([".grafeas.v1.Occurrence", ".grafeas.v1.Note"], types_of(files))
    with open(path, "w") as out:
        out.write("// Made by Scripts/generate-schemas.sh; never edited by hand.\n\n")
        out.write("/// The fields of every message below an occurrence and a note, and the values of their enums. A block begins with\n")
        out.write("/// `# NAME`; a line of a message is `NAME NUMBER [repeated|map] TYPE [TYPENAME]`, one of an enum `NAME NUMBER`.\n")
        out.write(f'package let grafeasFields = """\n  {text.replace(chr(10), chr(10) + "  ")}\n  """\n')


def main(output, fields):
    found = {}
    for name in TYPES:
        for file in files_of(importlib.import_module(name)):
            collect(file, found)
    for name in IAM:
        collect(importlib.import_module(name).DESCRIPTOR, found)
    files = []
    for file in found.values():
        files.append(descriptor_pb2.FileDescriptorProto())
        file.CopyToProto(files[-1])
        restore_names(files[-1].message_type)
    add_ai_skill_analysis(files)
    with open(output, "wb") as out:
        out.write(descriptor_pb2.FileDescriptorSet(file=files).SerializeToString())

    write_fields(fields, files)
    for file in files:
        if not file.name.startswith(("google/protobuf/", "google/api/")):
            print(file.name)


main(*sys.argv[1:])
