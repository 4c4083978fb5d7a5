import Contracts
import Foundation
import Metadata
import Server
import Store
import Testing

/// Clients that we did not write. Each test is skipped, by its name, where its client is not installed.
@Suite("Foreign clients of the metadata API")
struct ForeignClientTests {
  @Test(
    "curl creates, lists and is told what is wrong",
    .enabled("curl is not installed") { try await isInstalled(["curl", "--version"]) })
  func curl() async throws {
    try await servingMetadata { address, _ in
      func curl(_ arguments: String...) async throws -> String {
        let (status, output) = try await run(["curl", "-sS", "--max-time", "20"] + arguments)
        #expect(status == 0, "\(output)")
        return output
      }
      let json = "Content-Type: application/json"
      let note = #"{"attestation":{"hint":{"humanReadableName":"Quality assurance"}}}"#
      let made = try await curl(
        "-H", json, "-d", note, "\(address)/v1/projects/attestors/notes?noteId=qa")
      #expect(made.contains(#""name":"projects/attestors/notes/qa""#) && made.contains(#""kind":"ATTESTATION""#))
      let again = try await curl("-H", json, "-d", note, "\(address)/v1/projects/attestors/notes?noteId=qa")
      #expect(again.contains(#""status":"ALREADY_EXISTS""#) && again.contains(#""code":409"#))
      _ = try await curl(
        "-H", json, "-d", AuthorityTests.occurrence, "\(address)/v1/projects/tenant-a/occurrences")
      let filter = "kind=\"ATTESTATION_AUTHORITY\" AND resourceUrl=\"registry.example.test/prod/evil@"
      for (digest, found) in [
        ("sha256:43e74c3b2cc0a43ba1d3c6d7f5b5d03a34d2c454f1409627d284dd670e8bb360", true), ("sha256:0", false),
      ] {
        let listed = try await curl(
          "-G", "--data-urlencode", "filter=\(filter)\(digest)\"", "\(address)/v1/projects/tenant-a/occurrences")
        #expect(listed.contains("projects/attestors/notes/qa") == found, "\(listed)")
      }
      let encoded = try await curl("\(address)/v1/projects/p/notes?filter=%GG")
      #expect(encoded.contains("not a percent-encoded name=value"))
    }
  }

  @Test(
    "Google's Python client does its work and raises its own errors",
    .enabled("the Python package grafeas is not installed") {
      try await isInstalled(["python3", "-c", "import grafeas.grafeas_v1, requests"])
    }, .timeLimit(.minutes(2)))
  func google() async throws {
    try await servingMetadata { address, _ in
      let host = String(address.dropFirst("http://".count))
      let (status, output) = try await run(["python3", "-c", googleClient, host])
      #expect(status == 0 && output.hasSuffix("well\n"), "\(output)")
    }
  }
}

/// Every method that is served, driven as a user of the published package `grafeas` would.
private let googleClient = """
  import sys
  from google.api_core import exceptions
  from google.auth.credentials import AnonymousCredentials
  from grafeas import grafeas_v1 as g
  from grafeas.grafeas_v1.services.grafeas.transports import GrafeasRestTransport

  transport = GrafeasRestTransport(host=sys.argv[1], credentials=AnonymousCredentials(), url_scheme="http")
  client = g.GrafeasClient(transport=transport)

  def raises(kind, part, call):
      try:
          call()
      except kind as error:
          assert part in str(error), error
      else:
          raise AssertionError(part)

  image = "https://registry.example.test/web@sha256:" + "ab" * 32
  note = g.Note(attestation=g.AttestationNote(hint=g.AttestationNote.Hint(human_readable_name="QA")))
  made = client.create_note(parent="projects/p", note_id="qa", note=note)
  assert made.name == "projects/p/notes/qa" and made.kind == g.NoteKind.ATTESTATION and made.create_time
  raises(exceptions.Conflict, "exists already",
         lambda: client.create_note(parent="projects/p", note_id="qa", note=note))
  raises(exceptions.BadRequest, "note is invalid",
         lambda: client.create_note(parent="projects/p", note_id="none", note=g.Note()))
  assert len(client.batch_create_notes(parent="projects/p", notes={"a": note, "b": note}).notes) == 2
  assert client.get_note(name="projects/p/notes/a").name == "projects/p/notes/a"
  assert len(list(client.list_notes(g.ListNotesRequest(parent="projects/p", page_size=2)))) == 3

  def attestation():
      return g.Occurrence(resource_uri=image, note_name="projects/p/notes/qa", attestation=g.AttestationOccurrence(
          serialized_payload=b"{}", signatures=[g.Signature(signature=b"1", public_key_id="k")]))

  one = client.create_occurrence(parent="projects/q", occurrence=attestation())
  assert one.name.startswith("projects/q/occurrences/") and one.attestation.signatures[0].signature == b"1"
  many = client.batch_create_occurrences(parent="projects/q", occurrences=[attestation() for _ in range(30)])
  assert len(many.occurrences) == 30
  assert client.get_occurrence(name=one.name) == one
  assert client.get_occurrence_note(name=one.name).name == "projects/p/notes/qa"
  found = client.list_occurrences(parent="projects/q", filter='kind="ATTESTATION" AND resourceUrl="%s"' % image)
  assert len(list(found)) == 31
  assert len(list(client.list_note_occurrences(name="projects/p/notes/qa"))) == 31
  raises(exceptions.BadRequest, "malformed at character 5",
         lambda: list(client.list_occurrences(parent="projects/q", filter="kind=")))
  raises(exceptions.NotFound, "not found", lambda: client.get_occurrence(name="projects/p/occurrences/none"))
  print("well")
  """

/// Runs a program and gives its exit status and everything it wrote.
private func run(_ command: [String]) async throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = command
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  process.standardInput = FileHandle.nullDevice
  let (ends, end) = AsyncStream.makeStream(of: Int32.self)
  process.terminationHandler = {
    end.yield($0.terminationStatus)
    end.finish()
  }
  try process.run()
  for await status in ends {
    return (status, String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self))
  }
  return (-1, "")
}

private func isInstalled(_ command: [String]) async throws -> Bool { try await run(command).status == 0 }
