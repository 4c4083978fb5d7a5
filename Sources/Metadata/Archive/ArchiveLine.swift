import Images
import Schemas
package import SwiftProtobuf

/// One line of an archive: a whole store as JSON lines, notes before the occurrences that need them.
///
/// The first line is `{"pratiqueArchive":1,"exportedAt":"2026-11-25T22:00:00Z"}`, each other one `{"note":{…}}` or
/// `{"occurrence":{…}}` with proto3 JSON inside. Read are also lines that are the message itself, as other servers print
/// them, in the shape of grafeas.v1 or of 2017.
package enum ArchiveLine: Equatable, Sendable {
  case header(version: Int, exportedAt: Google_Protobuf_Timestamp)
  case note(Note)
  case occurrence(Occurrence)
  case legacyNote(Converted<Note>)
  case legacyOccurrence(Converted<Occurrence>)

  /// The version that this build writes, and the only one that it reads.
  package static let version = 1
  /// Most bytes of a line: four times what a store keeps of one message, since base64 and escapes make it longer.
  package static let limitBytes = 4 << 20

  /// The line without its line feed.
  ///
  /// A legacy line is written as what it was converted to.
  package var text: String {
    get throws(ArchiveError) {
      do {
        switch self {
        case .header(let version, let time):
          return "{\"pratiqueArchive\":\(version),\"exportedAt\":\(try time.jsonString())}"
        case .note(let note): return "{\"note\":\(try note.jsonString())}"
        case .occurrence(let occurrence): return "{\"occurrence\":\(try occurrence.jsonString())}"
        case .legacyNote(let converted): return "{\"note\":\(try converted.item.jsonString())}"
        case .legacyOccurrence(let converted): return "{\"occurrence\":\(try converted.item.jsonString())}"
        }
      } catch {
        throw .unwritable(name)
      }
    }
  }

  private var name: String {
    switch self {
    case .header: "the header"
    case .note(let note): note.name
    case .occurrence(let occurrence): occurrence.name
    case .legacyNote(let converted): converted.item.name
    case .legacyOccurrence(let converted): converted.item.name
    }
  }
}

extension ArchiveLine {
  /// Reads one line.
  ///
  /// - Parameters:
  ///   - bytes: without line feed; a carriage return at the end is let through.
  ///   - number: of the line in its file, from 1, for the error.
  /// - Throws: `ArchiveError` with that number.
  package init(parsing bytes: [UInt8], line number: Int) throws(ArchiveError) {
    guard bytes.count <= Self.limitBytes else { throw .tooLong(line: number, limitBytes: Self.limitBytes) }
    let root: JSONNode
    do {
      root = try JSONDocument(parsing: bytes, atMost: Self.limitBytes).root
    } catch {
      throw .malformed(line: number, because: error.problem)
    }
    if let version = root["pratiqueArchive"] {
      self = try Self.header(root, version, number)
    } else if let node = root["note"], root.members.count == 1 {
      self = .note(try Self.message(node, number))
    } else if let node = root["occurrence"], root.members.count == 1 {
      self = .occurrence(try Self.message(node, number))
    } else {
      self = try Self.bare(root, number)
    }
  }

  private static func header(_ root: JSONNode, _ version: JSONNode, _ number: Int) throws(ArchiveError) -> ArchiveLine {
    guard let version = version.int, version == Self.version else {
      throw .unknownVersion(line: number, printable(String(decoding: version.rawBytes, as: UTF8.self)))
    }
    guard let text = root["exportedAt"]?.string, let time = try? Google_Protobuf_Timestamp(jsonString: "\"\(text)\"") else {
      throw .malformed(line: number, because: "exportedAt is no time of RFC 3339")
    }
    return .header(version: version, exportedAt: time)
  }

  /// A message without a member around it. Names tell notes from occurrences; what only 2017 wrote tells the shape.
  private static func bare(_ root: JSONNode, _ number: Int) throws(ArchiveError) -> ArchiveLine {
    let name = root["name"]?.string ?? ""
    let isOccurrence = name.contains("/occurrences/") || root["noteName"] != nil || root["note_name"] != nil
    guard isOccurrence || name.contains("/notes/") else {
      throw .malformed(line: number, because: "it is neither a note nor an occurrence")
    }
    do {
      switch (isOccurrence, root.isLegacy) {
      case (true, true): return .legacyOccurrence(try Converted(legacyOccurrence: root))
      case (false, true): return .legacyNote(try Converted(legacyNote: root))
      case (true, false): return .occurrence(try message(root, number))
      case (false, false): return .note(try message(root, number))
      }
    } catch let error as ArchiveError {
      throw error
    } catch let error as MetadataError {
      throw .malformed(line: number, because: error.problem)
    } catch {
      throw .malformed(line: number, because: "\(error)")
    }
  }

  private static func message<Item: Message>(_ node: JSONNode, _ number: Int) throws(ArchiveError) -> Item {
    do {
      return try Item(jsonUTF8Bytes: Array(node.rawBytes))
    } catch {
      throw .malformed(line: number, because: "it does not fit \(Item.protoMessageName): \(error)")
    }
  }
}

extension JSONNode {
  /// Whether a member or a kind is there that only 2017 wrote.
  fileprivate var isLegacy: Bool {
    let kinds = LegacyKind.allCases.map(\.rawValue).filter { !["DISCOVERY", "UPGRADE"].contains($0) }
    if let kind = self["kind"]?.string, kinds.contains(kind) { return true }
    let isOld = ["resourceUrl", "resource_url", "resource"].contains { self[$0] != nil }
    let isOldName = ["name", "noteName", "note_name"].contains { self[$0]?.string?.hasPrefix("providers/") == true }
    let members = [
      "vulnerabilityDetails", "buildDetails", "derivedImage", "installation", "discovered", "vulnerabilityType", "buildType",
      "baseImage", "deployable", "attestationAuthority",
    ]
    return isOld || isOldName || members.contains { self[$0] != nil }
  }
}
