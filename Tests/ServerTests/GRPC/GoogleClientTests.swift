import Metadata
import Server
import SwiftASN1
import TestSupport
import Testing
import X509

/// Clients that we did not write, over gRPC. Skipped, by name, where they are not installed.
@Suite(
  "Google's Python clients over gRPC",
  .enabled("the Python packages grafeas and google-cloud-containeranalysis are not installed") {
    try await PythonClients.areInstalled
  })
struct GoogleClientTests {
  private static func caller(_ name: String, _ role: Role, on resource: AccessResource) -> (token: String, caller: Caller) {
    (name, Caller(name: name, grants: Set(role.rights.map { Grant($0, on: resource) })))
  }

  @Test("call every method and raise their own errors", .timeLimit(.minutes(2)))
  func everyMethod() async throws {
    let shop = AccessResource.project(try ProjectName(id: "shop"))
    let authority = Authority(tokens: [
      Self.caller("admin", .admin, on: .everyProject), Self.caller("reader", .viewer, on: shop),
    ])
    let book = LogBook()
    try await servingGRPC(by: authority, logger: book.logger) { port, _ in
      let (status, output) = try await PythonClients.run(common + everyMethodProgram, "127.0.0.1:\(port)")
      #expect(status == 0 && output.hasSuffix("well\n"), "\(output)")
    }
    let refused = book.all.filter { $0.contains("for want of a right") }
    #expect(
      refused.contains { $0.contains("caller=reader") && $0.contains("right=notes.create") && $0.contains("on=projects/shop") })
    #expect(book.all.contains { $0.contains("the token is not known") })
    #expect(!book.all.contains { $0.contains("wrong-secret") })
  }

  @Test("are known by a client certificate over TLS, by a token over TLS, or not at all", .timeLimit(.minutes(2)))
  func mutualTLS() async throws {
    let (forge, stranger, folder) = (try CertificateForge(), try CertificateForge(), try TemporaryFolder())
    let server = try forge.issue(
      CertificateForge.subject("server"), [.ipAddress(.init(contentBytes: [127, 0, 0, 1])), .dnsName("localhost")])
    var files = ["ca.crt": forge.root, "tls.crt": server.chain, "tls.key": server.key]
    for (name, issued) in [
      ("gate", try forge.issue(CertificateForge.subject("gate"))), ("other", try forge.issue(CertificateForge.subject("other"))),
      ("stranger", try stranger.issue(CertificateForge.subject("gate"))),
    ] {
      files["\(name).crt"] = issued.chain
      files["\(name).key"] = issued.key
    }
    try folder.write(files.mapValues { Array($0.utf8) })
    let certificate = try ServingCertificate(
      certificateFile: folder.path("tls.crt"), keyFile: folder.path("tls.key"), clientAuthoritiesFile: folder.path("ca.crt"))
    let callers = """
      callers:
        - name: gate
          certificate: CN=gate,O=shop
          roles: [{projects/*: admin}]
        - name: robot
          tokenSHA256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
          roles: [{projects/shop: viewer}]
      """
    let authority = try Authority(parsing: callers, file: "callers.yaml")
    try await servingGRPC(by: authority, certificate: certificate) { port, _ in
      let (status, output) = try await PythonClients.run(common + mutualTLSProgram, "127.0.0.1:\(port)", folder.path(""))
      #expect(status == 0 && output.hasSuffix("well\n"), "\(output)")
      let renewed = try forge.issue(CertificateForge.subject("renewed"), [.ipAddress(.init(contentBytes: [127, 0, 0, 1]))])
      try folder.write(["tls.crt": Array(renewed.chain.utf8), "tls.key": Array(renewed.key.utf8)])
      #expect(try certificate.reload())
      let (again, said) = try await PythonClients.run(common + renewedProgram, "127.0.0.1:\(port)", folder.path(""))
      #expect(again == 0 && said.hasSuffix("well\n"), "\(said)")
    }
  }
}

private let common = """
  import sys, os, grpc, ssl
  from google.api_core import exceptions
  from google.protobuf import field_mask_pb2
  from grafeas import grafeas_v1 as g
  from grafeas.grafeas_v1.services.grafeas.transports import GrafeasGrpcTransport
  from google.cloud.devtools import containeranalysis_v1 as ca
  from google.cloud.devtools.containeranalysis_v1.services.container_analysis.transports import ContainerAnalysisGrpcTransport

  address = sys.argv[1]

  def refused(sort, call, *arguments, reason=None, **named):
    try:
      call(*arguments, **named)
    except sort as error:
      assert reason is None or error.reason == reason, (error.reason, error)
      return error
    raise AssertionError(f"{sort} expected of {call} {arguments} {named}")

  def bearer(token): return [("authorization", f"Bearer {token}")]

  qa = g.Note(attestation=g.AttestationNote(hint=g.AttestationNote.Hint(human_readable_name="QA")))
  image = "https://registry.example.test/shop/web@sha256:" + "ab" * 32
  def vouch(note="projects/attestors/notes/qa"):
    return g.Occurrence(
      resource_uri=image, note_name=note,
      attestation=g.AttestationOccurrence(
        serialized_payload=b"{}", signatures=[g.Signature(public_key_id="ni:///sha-256;x", signature=b"\\x01")]))

  """

private let everyMethodProgram = """
  channel = grpc.insecure_channel(address)
  client = g.GrafeasClient(transport=GrafeasGrpcTransport(channel=channel))
  analysis = ca.ContainerAnalysisClient(transport=ContainerAnalysisGrpcTransport(channel=channel))
  admin = dict(metadata=bearer("admin"), timeout=20)
  reader = dict(metadata=bearer("reader"), timeout=20)

  # Projects, whose client is not published: strings as protobuf writes them.
  def text(field, value): return bytes([field << 3 | 2, len(value)]) + value.encode()
  def raw(method, message, **options):
    return channel.unary_unary(method)(message, **options)
  projects = "/grafeas.v1.project.Projects/"
  made = raw(projects + "CreateProject", bytes([1 << 3 | 2, 15]) + text(1, "projects/made"), **admin)
  assert made == text(1, "projects/made"), made
  assert raw(projects + "GetProject", text(1, "projects/made"), **admin) == made
  assert b"projects/made" in raw(projects + "ListProjects", b"", **admin)
  assert raw(projects + "DeleteProject", text(1, "projects/made"), **admin) == b""
  try:
    raw(projects + "GetProject", text(1, "projects/made"), **admin)
    raise AssertionError
  except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.NOT_FOUND

  # Notes
  note = client.create_note(parent="projects/attestors", note_id="qa", note=qa, **admin)
  assert note.name == "projects/attestors/notes/qa" and note.kind == g.NoteKind.ATTESTATION, note
  refused(exceptions.AlreadyExists, client.create_note, reason="already-exists",
    request=dict(parent="projects/attestors", note_id="qa", note=qa), **admin)
  refused(exceptions.InvalidArgument, client.create_note, reason="invalid-message",
    request=dict(parent="projects/attestors", note_id="x", note=g.Note()), **admin)
  refused(exceptions.InvalidArgument, client.create_note, reason="malformed-name",
    request=dict(parent="attestors", note_id="x", note=qa), **admin)
  batch = client.batch_create_notes(parent="projects/attestors", notes={"a": qa, "b": qa}, **admin)
  assert sorted(n.name[-1] for n in batch.notes) == ["a", "b"], batch
  assert client.get_note(name="projects/attestors/notes/a", **admin).name.endswith("/a")
  refused(exceptions.NotFound, client.get_note, name="projects/attestors/notes/none", reason="not-found", **admin)
  assert len(list(client.list_notes(request=dict(parent="projects/attestors", page_size=2), **admin))) == 3
  mask = field_mask_pb2.FieldMask(paths=["short_description"])
  changed = client.update_note(
    request=dict(name="projects/attestors/notes/a", note=g.Note(short_description="changed"), update_mask=mask), **admin)
  assert changed.short_description == "changed" and changed.attestation.hint.human_readable_name == "QA", changed
  refused(exceptions.Aborted, client.update_note, reason="outdated",
    request=dict(name="projects/attestors/notes/a", note=g.Note(short_description="again"), update_mask=mask),
    metadata=bearer("admin") + [("if-match", "another")], timeout=20)
  client.delete_note(name="projects/attestors/notes/b", **admin)
  refused(exceptions.NotFound, client.get_note, name="projects/attestors/notes/b", **admin)

  # Occurrences
  one = client.create_occurrence(parent="projects/shop", occurrence=vouch(), **admin)
  assert one.name.startswith("projects/shop/occurrences/") and one.kind == g.NoteKind.ATTESTATION, one
  refused(exceptions.NotFound, client.create_occurrence,
    request=dict(parent="projects/shop", occurrence=vouch("projects/attestors/notes/none")), **admin)
  two = client.batch_create_occurrences(parent="projects/shop", occurrences=[vouch(), vouch()], **admin)
  assert len(two.occurrences) == 2, two
  assert client.get_occurrence(name=one.name, **admin).resource_uri == image
  assert len(list(client.list_occurrences(parent="projects/shop", filter='kind="ATTESTATION"', **admin))) == 3
  refused(exceptions.InvalidArgument, client.list_occurrences, reason="malformed-filter",
    request=dict(parent="projects/shop", filter="kind=("), **admin)
  refused(exceptions.InvalidArgument, client.list_occurrences, reason="malformed-page-token",
    request=dict(parent="projects/shop", page_token="AAAA"), **admin)
  refused(exceptions.InvalidArgument, client.list_occurrences, reason="out-of-bounds",
    request=dict(parent="projects/shop", page_size=-1), **admin)
  mask = field_mask_pb2.FieldMask(paths=["remediation"])
  mended = client.update_occurrence(name=one.name, occurrence=g.Occurrence(remediation="rebuild"), update_mask=mask, **admin)
  assert mended.remediation == "rebuild" and mended.resource_uri == image and mended.name == one.name, mended
  assert client.get_occurrence_note(name=one.name, **admin).name == "projects/attestors/notes/qa"
  assert len(list(client.list_note_occurrences(name="projects/attestors/notes/qa", **admin))) == 3
  client.delete_occurrence(name=one.name, **admin)
  refused(exceptions.NotFound, client.get_occurrence, name=one.name, **admin)

  # Who may
  assert len(list(client.list_occurrences(parent="projects/shop", **reader))) == 2
  denied = refused(exceptions.PermissionDenied, client.create_note, reason="permission-denied",
    request=dict(parent="projects/shop", note_id="x", note=qa), **reader)
  assert denied.metadata["right"] == "notes.create" and denied.domain == "pratique", denied
  refused(exceptions.PermissionDenied, client.get_note, name="projects/attestors/notes/qa", **reader)
  for metadata in [[], bearer("wrong-secret"), [("authorization", "Basic YWRtaW4=")]]:
    refused(exceptions.Unauthenticated, client.get_note, name="projects/attestors/notes/qa", metadata=metadata, timeout=20)

  # Access policies, and what they change
  name = "projects/attestors/notes/qa"
  permissions = ["containeranalysis.notes.attachOccurrence", "notes.get", "notes.update", "no.such"]
  ask = dict(resource=name, permissions=permissions)
  assert list(analysis.test_iam_permissions(request=ask, **reader).permissions) == []
  binding = dict(role="roles/containeranalysis.notes.attacher", members=["user:reader"])
  kept = analysis.set_iam_policy(request=dict(resource=name, policy=dict(bindings=[binding])), **admin)
  assert kept.etag and analysis.get_iam_policy(request=dict(resource=name), **admin).etag == kept.etag
  assert list(analysis.test_iam_permissions(request=ask, **reader).permissions) == permissions[:2]
  assert client.get_note(name=name, **reader).name == name
  refused(exceptions.PermissionDenied, analysis.get_iam_policy, request=dict(resource=name), **reader)
  refused(exceptions.PermissionDenied, analysis.set_iam_policy,
    request=dict(resource=name, policy=dict(bindings=[dict(role="admin", members=["user:reader"])])), **reader)
  refused(exceptions.InvalidArgument, analysis.set_iam_policy, reason="invalid-message",
    request=dict(resource=name, policy=dict(bindings=[dict(role="viewer", members=["allUsers"])])), **admin)
  refused(exceptions.Aborted, analysis.set_iam_policy,
    request=dict(resource=name, policy=dict(bindings=[binding], etag=b"another")), **admin)

  # Summary, SBOM, affected images
  analysis.get_vulnerability_occurrences_summary(parent="projects/shop", **reader)
  refused(exceptions.PermissionDenied, analysis.get_vulnerability_occurrences_summary, parent="projects/attestors", **reader)
  try:
    analysis.export_sbom(request=dict(name=f"projects/shop/resources/{image}"), **admin)
  except (exceptions.NotFound, exceptions.FailedPrecondition):
    pass
  refused(exceptions.Unauthenticated, analysis.export_sbom, request=dict(name=f"projects/shop/resources/{image}"), timeout=20)
  affected = "/pratique.v1.Metadata/ListAffectedImages"
  assert image.encode() in raw(affected, text(1, "projects/shop") + text(4, "ni:///sha-256;x"), **admin)

  # What is too much, unknown or broken
  for method, message, codes in [
    ("/grafeas.v1.Grafeas/GetNote", b"\\x0a" + b"\\xff" * 10, [grpc.StatusCode.INVALID_ARGUMENT]),
    ("/grafeas.v1.Grafeas/NoSuchMethod", b"", [grpc.StatusCode.UNIMPLEMENTED]),
    # The stream is reset while the client still sends, so it may see that before the status.
    ("/grafeas.v1.Grafeas/GetNote", b"\\x0a" * (5 << 20), [grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.CANCELLED]),
  ]:
    try:
      raw(method, message, **admin)
      raise AssertionError(method)
    except grpc.RpcError as error:
      assert error.code() in codes, (method, error.code(), error.details())
  print("well")
  """

private let mutualTLSProgram = """
  def read(name):
    with open(os.path.join(sys.argv[2], name), "rb") as file: return file.read()
  def client(name=None):
    own = dict(private_key=read(name + ".key"), certificate_chain=read(name + ".crt")) if name else {}
    credentials = grpc.ssl_channel_credentials(root_certificates=read("ca.crt"), **own)
    return g.GrafeasClient(transport=GrafeasGrpcTransport(channel=grpc.secure_channel(address, credentials)))
  gate = client("gate")
  gate.create_note(parent="projects/shop", note_id="qa", note=qa, timeout=20)
  assert gate.get_note(name="projects/shop/notes/qa", timeout=20).name == "projects/shop/notes/qa"
  refused(exceptions.Unauthenticated, client("other").get_note, name="projects/shop/notes/qa", timeout=20)
  nobody = client()
  refused(exceptions.Unauthenticated, nobody.get_note, name="projects/shop/notes/qa", timeout=20)
  robot = dict(metadata=bearer("secret"), timeout=20)
  assert nobody.get_note(name="projects/shop/notes/qa", **robot).name == "projects/shop/notes/qa"
  # The token counts, not the certificate.
  refused(exceptions.PermissionDenied, gate.create_note, request=dict(parent="projects/shop", note_id="x", note=qa), **robot)
  refused(exceptions.ServiceUnavailable, client("stranger").get_note, name="projects/shop/notes/qa", timeout=5, retry=None)
  print("well")
  """

private let renewedProgram = """
  host, port = address.split(":")
  context = ssl.create_default_context(cafile=os.path.join(sys.argv[2], "ca.crt"))
  context.set_alpn_protocols(["h2"])
  import socket
  with socket.create_connection((host, int(port)), timeout=20) as plain:
    with context.wrap_socket(plain, server_hostname=host) as secure:
      assert secure.selected_alpn_protocol() == "h2"
      names = [pair for relative in secure.getpeercert()["subject"] for pair in relative]
      assert ("commonName", "renewed") in names, names
  print("well")
  """
