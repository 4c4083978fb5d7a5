"""Drives every method of the metadata API as a user of Google's published clients would, and says "well" at the end.

Usage: google_clients.py rest|grpc HOST:PORT PROJECT

The server is one of the demo profile: plain text, on loopback. PROJECT must be new to it.
"""

import sys

import grpc
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.devtools import containeranalysis_v1 as ca
from google.cloud.devtools.containeranalysis_v1.services.container_analysis import transports as ca_transports
from google.iam.v1 import iam_policy_pb2, policy_pb2
from google.protobuf import field_mask_pb2
from grafeas import grafeas_v1 as g
from grafeas.grafeas_v1.services.grafeas import transports

transport, host, project = sys.argv[1:]
parent = f"projects/{project}"
provider = f"projects/{project}-provider"
image = "https://registry.example.test/web@sha256:" + "ab" * 32


def clients():
    if transport == "grpc":
        channel = grpc.insecure_channel(host)
        return (
            g.GrafeasClient(transport=transports.GrafeasGrpcTransport(channel=channel)),
            ca.ContainerAnalysisClient(transport=ca_transports.ContainerAnalysisGrpcTransport(channel=channel)),
        )
    options = {"host": host, "credentials": AnonymousCredentials(), "url_scheme": "http"}
    return (
        g.GrafeasClient(transport=transports.GrafeasRestTransport(**options)),
        ca.ContainerAnalysisClient(transport=ca_transports.ContainerAnalysisRestTransport(**options)),
    )


def raises(kind, part, call):
    try:
        call()
    except kind as error:
        assert part in str(error), error
    else:
        raise AssertionError(f"{kind.__name__} was expected: {part}")


def mask(*paths):
    return field_mask_pb2.FieldMask(paths=paths)


def attestor(name="QA"):
    return g.Note(attestation=g.AttestationNote(hint=g.AttestationNote.Hint(human_readable_name=name)))


def attestation():
    signature = g.Signature(signature=b"1", public_key_id="ni:///sha-256;key")
    return g.Occurrence(
        resource_uri=image,
        note_name=f"{provider}/notes/qa",
        attestation=g.AttestationOccurrence(serialized_payload=b"{}", signatures=[signature]),
    )


def version(name):
    return g.Version(kind=g.Version.VersionKind.NORMAL, name=name)


def vulnerability(severity, fixed=None):
    none = g.Version(kind=g.Version.VersionKind.MAXIMUM)
    issue = g.VulnerabilityOccurrence.PackageIssue(
        affected_cpe_uri="cpe:/o:debian:debian_linux:12",
        affected_package="tcpdump",
        affected_version=version("4.9.0"),
        fixed_version=version(fixed) if fixed else none,
    )
    return g.Occurrence(
        resource_uri=image,
        note_name=f"{provider}/notes/CVE-2017-13036",
        vulnerability=g.VulnerabilityOccurrence(severity=severity, effective_severity=severity, package_issue=[issue]),
    )


grafeas, analysis = clients()


def notes():
    made = grafeas.create_note(parent=provider, note_id="qa", note=attestor())
    assert made.name == f"{provider}/notes/qa" and made.kind == g.NoteKind.ATTESTATION and made.create_time
    raises(exceptions.Conflict, "exists already", lambda: grafeas.create_note(parent=provider, note_id="qa", note=attestor()))
    raises(
        exceptions.InvalidArgument if transport == "grpc" else exceptions.BadRequest,
        "note is invalid",
        lambda: grafeas.create_note(parent=provider, note_id="none", note=g.Note()),
    )
    cve = g.Note(
        vulnerability=g.VulnerabilityNote(
            severity=g.Severity.HIGH,
            details=[
                g.VulnerabilityNote.Detail(affected_cpe_uri="cpe:/o:debian:debian_linux:12", affected_package="tcpdump")
            ],
        )
    )
    package = g.Note(package=g.PackageNote(name="tcpdump"))
    batch = grafeas.batch_create_notes(parent=provider, notes={"CVE-2017-13036": cve, "tcpdump": package, "b": attestor("B")})
    assert len(batch.notes) == 3
    assert grafeas.get_note(name=f"{provider}/notes/b").attestation.hint.human_readable_name == "B"
    assert len(list(grafeas.list_notes(g.ListNotesRequest(parent=provider, page_size=2)))) == 4
    found = grafeas.list_notes(parent=provider, filter='kind="VULNERABILITY"')
    assert [note.name for note in found] == [f"{provider}/notes/CVE-2017-13036"]
    changed = grafeas.update_note(
        name=f"{provider}/notes/b",
        note=g.Note(short_description="short", long_description="not taken"),
        update_mask=mask("short_description"),
    )
    assert changed.short_description == "short" and not changed.long_description
    assert changed.attestation.hint.human_readable_name == "B" and changed.name == f"{provider}/notes/b"
    grafeas.delete_note(name=f"{provider}/notes/b")
    raises(exceptions.NotFound, "not found", lambda: grafeas.get_note(name=f"{provider}/notes/b"))


def occurrences():
    one = grafeas.create_occurrence(parent=parent, occurrence=attestation())
    assert one.name.startswith(f"{parent}/occurrences/") and one.kind == g.NoteKind.ATTESTATION
    many = grafeas.batch_create_occurrences(parent=parent, occurrences=[attestation() for _ in range(30)])
    assert len(many.occurrences) == 30
    assert grafeas.get_occurrence(name=one.name) == one
    assert grafeas.get_occurrence(name=one.name.replace("/occurrences/", "/locations/here/occurrences/")) == one
    assert grafeas.get_occurrence_note(name=one.name).name == f"{provider}/notes/qa"
    text = f'kind="ATTESTATION_AUTHORITY" AND resourceUrl="{image}"'
    assert len(list(grafeas.list_occurrences(parent=parent, filter=text))) == 31
    assert len(list(grafeas.list_note_occurrences(name=f"{provider}/notes/qa", filter=""))) == 31
    raises(
        exceptions.InvalidArgument if transport == "grpc" else exceptions.BadRequest,
        "malformed at character",
        lambda: list(grafeas.list_occurrences(parent=parent, filter="kind=")),
    )
    changed = grafeas.update_occurrence(
        name=one.name, occurrence=g.Occurrence(remediation="Rebuild it."), update_mask=mask("remediation")
    )
    assert changed.remediation == "Rebuild it." and changed.attestation == one.attestation
    assert changed.create_time == one.create_time and changed.update_time >= one.update_time
    raises(
        exceptions.InvalidArgument if transport == "grpc" else exceptions.BadRequest,
        "resource_uri cannot be changed",
        lambda: grafeas.update_occurrence(
            name=one.name, occurrence=g.Occurrence(resource_uri="https://x"), update_mask=mask("resource_uri")
        ),
    )
    grafeas.delete_occurrence(name=one.name)
    raises(exceptions.NotFound, "not found", lambda: grafeas.get_occurrence(name=one.name))
    raises(exceptions.NotFound, "not found", lambda: grafeas.delete_occurrence(name=one.name))


def summary():
    found = [vulnerability(g.Severity.HIGH, "4.9.2"), vulnerability(g.Severity.HIGH), vulnerability(g.Severity.LOW)]
    grafeas.batch_create_occurrences(parent=parent, occurrences=found)
    counts = analysis.get_vulnerability_occurrences_summary(parent=parent, filter="").counts
    rows = {(row.severity, row.fixable_count, row.total_count) for row in counts}
    assert (g.Severity.HIGH, 1, 2) in rows and (g.Severity.LOW, 0, 1) in rows, counts
    assert all(row.resource_uri == image for row in counts)
    wanted = grafeas.list_occurrences(parent=parent, filter="vulnerability.severity>=HIGH")
    assert len(list(wanted)) == 2


def access():
    note = f"{provider}/notes/qa"
    empty = analysis.get_iam_policy(iam_policy_pb2.GetIamPolicyRequest(resource=note))
    assert not empty.bindings
    binding = policy_pb2.Binding(role="roles/containeranalysis.notes.attacher", members=["user:robot"])
    policy = policy_pb2.Policy(bindings=[binding], etag=empty.etag)
    kept = analysis.set_iam_policy(iam_policy_pb2.SetIamPolicyRequest(resource=note, policy=policy))
    assert kept.bindings[0].members == ["user:robot"] and kept.etag
    assert analysis.get_iam_policy(iam_policy_pb2.GetIamPolicyRequest(resource=note)) == kept
    stale = policy_pb2.Policy(bindings=[binding], etag=b"stale")
    raises(
        exceptions.Aborted if transport == "grpc" else exceptions.Conflict,
        "changed by somebody else",
        lambda: analysis.set_iam_policy(iam_policy_pb2.SetIamPolicyRequest(resource=note, policy=stale)),
    )
    asked = ["containeranalysis.notes.attachOccurrence", "containeranalysis.notes.get"]
    held = analysis.test_iam_permissions(iam_policy_pb2.TestIamPermissionsRequest(resource=note, permissions=asked))
    assert list(held.permissions) == asked


def sbom():
    name = f"{parent}/resources/{image}"
    target = ca.ExportSBOMRequest.CloudStorageLocation()
    request = ca.ExportSBOMRequest(name=name, cloud_storage_location=target)
    raises(exceptions.NotFound, "inventory", lambda: analysis.export_sbom(request))
    package = g.PackageOccurrence(
        name="tcpdump",
        location=[g.Location(cpe_uri="cpe:/o:debian:debian_linux:12", version=version("4.9.0"))],
        version=version("4.9.0"),
    )
    grafeas.create_occurrence(
        parent=parent, occurrence=g.Occurrence(resource_uri=image, note_name=f"{provider}/notes/tcpdump", package=package)
    )
    answer = analysis.export_sbom(request)
    discovery = grafeas.get_occurrence(name=answer.discovery_occurrence)
    assert discovery.kind == g.NoteKind.DISCOVERY and discovery.resource_uri == image
    references = list(grafeas.list_occurrences(parent=parent, filter='kind="SBOM_REFERENCE"'))
    assert len(references) == 1 and references[0].sbom_reference.payload.predicate.digest["sha256"]


notes()
occurrences()
summary()
access()
sbom()
print("well")
