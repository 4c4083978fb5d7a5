import Foundation
import Metadata
import Store
import TestSupport
import Testing

@Suite("The file of answers")
struct SQLiteAnswerFileTests {
  private static func answer(_ digest: String, _ question: String = "q", note: String = "", at seconds: Int64 = 7) -> KeptAnswer {
    KeptAnswer(digest: digest, question: question, note: note, atSeconds: seconds, bytes: [1, 2, 3])
  }

  @Test("keeps what it is told across a restart, for its owner alone")
  func keeps() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("evidence.sqlite")
    let (first, replaced) = try SQLiteAnswerFile.open(path: path)
    #expect(replaced == nil)
    #expect(try await first.followed() == nil)
    try await first.begin(at: FollowedPosition(position: 5, atSeconds: 100))
    try await first.keep([Self.answer("a"), Self.answer("b", note: "n")]) { false }
    try await first.keep([Self.answer("a", at: 8)]) { false }
    await first.close()
    let (again, _) = try SQLiteAnswerFile.open(path: path)
    #expect(try await again.answer(to: "q", about: "a") == Self.answer("a", at: 8))
    #expect(try await again.answer(to: "q", about: "c") == nil)
    #expect(try await again.count() == 2)
    #expect(try await again.followed() == FollowedPosition(position: 5, atSeconds: 100))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    await again.close()
  }

  @Test("forgets by image and by note, and moves on in the same step")
  func forgets() async throws {
    let folder = try TemporaryFolder()
    let file = try SQLiteAnswerFile(path: folder.path("evidence.sqlite"))
    try await file.keep(
      [Self.answer("a"), Self.answer("a", "r"), Self.answer("b", note: "n"), Self.answer("c", note: "m"), Self.answer("d")]
    ) { false }
    try await file.forget(digests: ["a"], notes: ["n", ""], reaching: FollowedPosition(position: 9, atSeconds: 1))
    #expect(try await file.count() == 2)
    #expect(try await file.answer(to: "q", about: "d") != nil)
    #expect(try await file.followed()?.position == 9)
    try await file.begin(at: FollowedPosition(position: 1, atSeconds: 2))
    #expect(try await file.count() == 0)
    await file.close()
  }

  @Test("keeps nothing that is void by the time it is written")
  func void() async throws {
    let folder = try TemporaryFolder()
    let file = try SQLiteAnswerFile(path: folder.path("evidence.sqlite"))
    try await file.keep([Self.answer("a")]) { true }
    #expect(try await file.count() == 0)
    await file.close()
  }

  @Test("gives up the oldest when there are too many")
  func bounded() async throws {
    let folder = try TemporaryFolder()
    let file = try SQLiteAnswerFile(path: folder.path("evidence.sqlite"), limitAnswers: 10)
    for index in 0..<25 { try await file.keep([Self.answer("\(index)")]) { false } }
    #expect(try await file.count() == 10)
    #expect(try await file.answer(to: "q", about: "24") != nil)
    #expect(try await file.answer(to: "q", about: "14") == nil)
    await file.close()
  }

  @Test(
    "begins anew where it finds something else, and says so",
    arguments: [
      ("no database", [UInt8]("not a database, but long enough to be taken for the header of one".utf8)),
      ("half a database", [UInt8]("SQLite format 3\0".utf8) + [UInt8](repeating: 0xA5, count: 5000)),
    ])
  func damaged(_ name: String, _ bytes: [UInt8]) async throws {
    let folder = try TemporaryFolder()
    try folder.write(["evidence.sqlite": bytes])
    let (file, replaced) = try SQLiteAnswerFile.open(path: folder.path("evidence.sqlite"))
    #expect(replaced != nil)
    try await file.keep([Self.answer("a")]) { false }
    #expect(try await file.count() == 1)
    await file.close()
  }

  @Test("notices pages that were overwritten, and another program's tables")
  func overwritten() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("evidence.sqlite")
    let file = try SQLiteAnswerFile(path: path)
    for index in 0..<500 { try await file.keep([Self.answer("\(index)")]) { false } }
    await file.close()
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for index in 8192..<min(bytes.count, 20_000) { bytes[index] = 0x5A }
    try folder.write(["evidence.sqlite": bytes])
    let (again, replaced) = try SQLiteAnswerFile.open(path: path)
    #expect(replaced != nil)
    #expect(try await again.count() == 0)
    await again.close()

    let other = folder.path("store.sqlite")
    await (try SQLiteStore(path: other)).close()
    let (anew, foreign) = try SQLiteAnswerFile.open(path: other)
    #expect(foreign?.contains("version") == true)
    await anew.close()
  }
}
