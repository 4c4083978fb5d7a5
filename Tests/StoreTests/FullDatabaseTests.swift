import Contracts
import Foundation
import Images
import Metadata
import Schemas
import Store
import SwiftProtobuf
import TestSupport
import Testing

@Suite("A database without room")
struct FullDatabaseTests {
  private let folder: TemporaryFolder
  private let note: NoteName

  init() throws {
    folder = try TemporaryFolder()
    note = try NoteName(parsing: "projects/shop/notes/qa")
  }

  /// Writes until there is no room.
  private func fill(_ store: SQLStore) async throws -> [String] {
    var written: [String] = []
    let batch = (0..<50).map { Facts.finding(of: note.description, String(repeating: "\($0) ", count: 200)) }
    for _ in 0..<1_000 {
      do {
        written += try await store.create(batch, in: note.project).map(\.name)
      } catch MetadataError.storageFull {
        return written
      }
    }
    Issue.record("there was room for \(written.count) occurrences")
    return written
  }

  private func listed(_ store: SQLStore) async throws -> [String] {
    try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest()).items.map(\.name)
  }

  @Test("refuses writes, all of a group alike, and goes on reading")
  func limit() async throws {
    let store = try SQLStore(
      path: folder.path("metadata.sqlite"), settings: SQLiteSettings(limitBytes: 1 << 20))
    try await store.create(Facts.attestationNote, named: note)
    let written = try await fill(store)
    #expect(!written.isEmpty)
    #expect(try await listed(store) == written)
    let long = String(repeating: "long ", count: 20_000)
    let codes = try await mapAtOnce(Array(0..<10), width: 10) { [note] _ in
      do {
        try await store.create([Facts.finding(of: note.description, long)], in: note.project)
        return "done"
      } catch let error as MetadataError {
        return error.code
      }
    }
    #expect(codes == Array(repeating: "storage-full", count: 10))
    #expect(try await store.note(note).name == note.description)
    #expect(try await listed(store) == written)
  }

  @Test("takes writes again when there is room, without being opened again", .enabled(if: SmallDisk.isAllowed))
  func recovery() async throws {
    let disk = try SmallDisk(at: folder.path("disk"), bytes: 4 << 20)
    defer { disk.remove() }
    let ballast = disk.path + "/ballast"
    let store = try SQLStore(path: disk.path + "/metadata.sqlite")
    try await store.create(Facts.attestationNote, named: note)
    try Data(count: 2 << 20).write(to: URL(fileURLWithPath: ballast))
    let written = try await fill(store)
    #expect(try await listed(store) == written)
    try FileManager.default.removeItem(atPath: ballast)
    let more = try await store.create([Facts.finding(of: note.description, "more")], in: note.project)
    #expect(try await listed(store) == written + [more[0].name])
    await store.close()
  }
}

/// A file system in memory, of its own size; only who may mount can have one.
private struct SmallDisk {
  static let isAllowed: Bool = {
    guard let folder = try? TemporaryFolder(), let disk = try? SmallDisk(at: folder.path("disk"), bytes: 1 << 20) else {
      return false
    }
    disk.remove()
    return true
  }()

  let path: String

  init(at path: String, bytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path]) else {
      throw CocoaError(.fileWriteNoPermission)
    }
  }

  func remove() { _ = try? Self.run("umount", [path]) }

  private static func run(_ program: String, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardError = FileHandle.nullDevice
    try process.start()
    process.waitForEnd()
    return process.terminationStatus == 0
  }
}
