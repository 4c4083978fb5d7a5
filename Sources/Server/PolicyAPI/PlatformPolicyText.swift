import Attestations
import Images
import Metadata
import Policies
import SwiftProtobuf

/// A platform policy as it is kept and answered: the JSON that was sent, without what is the server's to say.
///
/// The published messages of google.cloud.binaryauthorization.v1 do not have platform policies, so they are JSON here.
///
/// Source: binaryauthorization.v1 (REST), PlatformPolicy.
struct PlatformPolicyText: Sendable {
  private static let ofServer: Set<String> = ["name", "etag", "updateTime"]

  let name: ManagedName
  /// The members of the object, each as it was written.
  private let members: String
  let policy: PlatformPolicy
  let attestors: Attestors
  /// What the sender says it replaces; empty when it does not say.
  let etag: String

  /// - Throws: `MetadataError.invalid` for what the gate would not read.
  init(_ root: JSONNode, named name: ManagedName) throws {
    guard root.isObject else { throw MetadataError.invalid(what: "policy", reasons: ["it is no object"]) }
    if let written = root["name"]?.string, !written.isEmpty, withoutLocation(written) != name.description {
      throw MetadataError.invalid(what: "policy", reasons: ["name is not \(name); leave it out"])
    }
    self.name = name
    etag = root["etag"]?.string ?? ""
    members = root.members.filter { !Self.ofServer.contains($0.key) }.map { member in
      let raw = String(decoding: member.value.rawBytes, as: UTF8.self)
      return ",\(quoted(member.key)):\(member.value.isString ? "\"\(raw)\"" : raw)"
    }.joined()
    do {
      let document = try DocumentNode(parsing: "{\"name\":\(quoted(name.description))\(members)}", file: name.description)
      var draft = RulebookDraft(attestors: [])
      policy = try PlatformPolicy(document, into: &draft)
      attestors = try Attestors(draft.attestors)
    } catch let error as DocumentError {
      throw MetadataError("policy", error)
    } catch let error as AttestationError {
      throw MetadataError("policy", error)
    }
  }

  init(_ kept: ManagedDocument) throws {
    try self.init(JSONDocument(parsing: kept.bytes, atMost: RESTCall.bodyLimitBytes).root, named: kept.name)
  }

  var bytes: [UInt8] { Array("{\"name\":\(quoted(name.description))\(members)}".utf8) }

  /// As callers see it.
  static func answer(_ kept: ManagedDocument) -> String {
    let body = String(decoding: kept.bytes.dropLast(), as: UTF8.self)
    let time = (try? kept.updateTime.jsonString()) ?? "\"\""
    return "\(body),\"updateTime\":\(time),\"etag\":\(quoted(kept.etag))}"
  }
}

/// Text as a JSON string.
private func quoted(_ text: String) -> String { String(decoding: JSONValue.text(text).bytes, as: UTF8.self) }
