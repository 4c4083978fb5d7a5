import Contracts
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("An archive")
struct ArchiveTests {
  @Test("reads back each line that it writes")
  func roundTrip() throws {
    let time = Google_Protobuf_Timestamp.with { $0.seconds = 1_764_000_000 }
    let notes = Facts.notes.values.map(ArchiveLine.note)
    let occurrences = Facts.occurrences().values.map(ArchiveLine.occurrence)
    for line in [.header(version: 1, exportedAt: time)] + notes + occurrences {
      let text = try line.text
      #expect(!text.contains("\n"))
      #expect(try ArchiveLine(parsing: Array(text.utf8), line: 1) == line)
    }
    #expect(
      try ArchiveLine.header(version: 1, exportedAt: time).text
        == "{\"pratiqueArchive\":1,\"exportedAt\":\"2025-11-24T16:00:00Z\"}")
  }

  @Test("reads messages that stand there bare, of today and of 2017")
  func bare() throws {
    let today =
      "{\"name\":\"projects/p/occurrences/o\",\"noteName\":\"projects/p/notes/n\",\"kind\":\"DISCOVERY\",\"discovery\":{}}"
    guard case .occurrence(let occurrence) = try line(today) else {
      Issue.record("no occurrence")
      return
    }
    #expect(occurrence.noteName == "projects/p/notes/n" && occurrence.kind == .discovery)
    let note = "{\"name\":\"projects/p/notes/n\",\"attestation\":{\"hint\":{\"humanReadableName\":\"qa\"}}}\r"
    guard case .note(let read) = try line(note) else {
      Issue.record("no note")
      return
    }
    #expect(read.attestation.hint.humanReadableName == "qa")
    let old =
      "{\"name\":\"projects/p/occurrences/o\",\"noteName\":\"providers/p/notes/n\",\"resourceUrl\":\"r\",\"discovered\":{}}"
    guard case .legacyOccurrence(let converted) = try line(old) else {
      Issue.record("no legacy occurrence")
      return
    }
    #expect(converted.item.noteName == "projects/p/notes/n" && converted.losses.isEmpty)
    let oldNote = "{\"name\":\"providers/p/notes/n\",\"kind\":\"BUILD_DETAILS\",\"buildType\":{\"builderVersion\":\"1\"}}"
    guard case .legacyNote(let convertedNote) = try line(oldNote) else {
      Issue.record("no legacy note")
      return
    }
    #expect(convertedNote.item.build.builderVersion == "1")
    #expect(try ArchiveLine.legacyNote(convertedNote).text.hasPrefix("{\"note\":{"))
  }

  @Test(
    "says in which line something is wrong",
    arguments: [
      ("", "archive-line-malformed"), ("{", "archive-line-malformed"), ("[]", "archive-line-malformed"),
      ("{}", "archive-line-malformed"), ("{\"note\":{\"name\":7}}", "archive-line-malformed"),
      ("{\"note\":{},\"occurrence\":{}}", "archive-line-malformed"), ("{\"note\":{\"novel\":1}}", "archive-line-malformed"),
      ("{\"note\":{\"name\":\"a\",\"name\":\"b\"}}", "archive-line-malformed"),
      ("{\"pratiqueArchive\":1}", "archive-line-malformed"),
      ("{\"pratiqueArchive\":2,\"exportedAt\":\"2025-11-24T16:00:00Z\"}", "archive-version-unknown"),
      (
        "{\"name\":\"projects/p/occurrences/o\",\"noteName\":\"n\",\"kind\":\"IMAGE_BASIS\",\"resourceUrl\":7,\"x\":}",
        "archive-line-malformed"
      ),
    ])
  func refused(_ text: String, _ code: String) {
    let error = #expect(throws: ArchiveError.self) { try ArchiveLine(parsing: Array(text.utf8), line: 42) }
    #expect(error?.code == code && error?.problem.contains("42") == true)
  }

  @Test("refuses a line over 4 MiB before it is read")
  func tooLong() {
    let bytes = [UInt8](repeating: 0x20, count: ArchiveLine.limitBytes + 1)
    #expect(throws: ArchiveError.tooLong(line: 7, limitBytes: 4 << 20)) { try ArchiveLine(parsing: bytes, line: 7) }
  }

  private func line(_ text: String) throws -> ArchiveLine { try ArchiveLine(parsing: Array(text.utf8), line: 1) }
}
