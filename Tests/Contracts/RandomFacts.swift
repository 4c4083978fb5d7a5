import Foundation
package import Metadata
import Schemas
import SwiftProtobuf

/// Random notes, occurrences and filters from small sets of values, so that the ones often match the others. The same
/// seed gives the same ones.
package struct RandomFacts {
  /// What resources are drawn from; two are one with and without scheme.
  package static let resources = [
    Facts.image, Facts.otherImage, String(Facts.image.dropFirst(8)), "https://gcr.io/p/i@sha256:aa", "gcr.io/p/j@sha256:bb",
    "oci://x", "https://e\u{301}.test/i",
  ]
  static let projects = ["p", "shop", "p2"]
  static let ids = ["n", "n2", "CVE-2024-1"]

  var dice: Dice

  package init(seed: UInt64) { dice = Dice(seed: seed) }

  /// An occurrence of any kind with any of its fields, as a store keeps it: named, with kind and times. Its details may
  /// be refused by a store.
  package mutating func occurrence() throws -> Occurrence {
    let schema = RandomSchema.grafeas
    let details = dice.one(of: (schema.messages["grafeas.v1.Occurrence"] ?? []).filter { $0.number >= 8 && $0.number != 18 })
    let bytes = schema.message(
      "grafeas.v1.Occurrence", depth: 4, fields: [details.name, "remediation", "envelope"], &dice)
    var made = try Occurrence(serializedBytes: bytes)
    made.name = "projects/\(dice.one(of: Self.projects))/occurrences/o\(dice.next() % 100)"
    made.resourceUri = dice.one(of: Self.resources)
    made.noteName = "projects/\(dice.one(of: Self.projects))/notes/\(dice.one(of: Self.ids))"
    made.kind = made.detailsKind
    (made.createTime, made.updateTime) = (time(), time())
    return made
  }

  /// A note of any kind with any of its fields, as a store keeps it. Its type may be refused by a store.
  package mutating func note() throws -> Note {
    let schema = RandomSchema.grafeas
    let type = dice.one(of: (schema.messages["grafeas.v1.Note"] ?? []).filter { $0.number >= 10 })
    let bytes = schema.message(
      "grafeas.v1.Note", depth: 4, fields: [type.name, "short_description", "related_url", "related_note_names"], &dice)
    var made = try Note(serializedBytes: bytes)
    made.name = "projects/\(dice.one(of: Self.projects))/notes/\(dice.one(of: Self.ids))"
    made.kind = made.typeKind
    (made.createTime, made.updateTime) = (time(), time())
    return made
  }

  /// An occurrence that every store takes, under a note of `Facts.notes` in `project`, about one of `resources`.
  ///
  /// - Parameter project: as `projects/{id}`.
  package mutating func acceptable(in project: String = "projects/shop") -> Occurrence {
    let all = Facts.occurrences(in: project).sorted { $0.key < $1.key }
    var made = dice.one(of: all).value
    made.resourceUri = dice.one(of: Self.resources)
    made.remediation = dice.one(of: RandomSchema.texts)
    if case .vulnerability = made.details {
      made.vulnerability.severity = Severity(rawValue: Int(dice.next() % 6)) ?? .unspecified
      made.vulnerability.cvssScore = Float(dice.one(of: RandomSchema.reals))
      made.vulnerability.shortDescription = dice.one(of: RandomSchema.texts)
    }
    return made
  }

  private mutating func time() -> Google_Protobuf_Timestamp {
    .with {
      $0.seconds = Int64(dice.one(of: RandomSchema.seconds))
      $0.nanos = dice.once(in: 2) ? 250_000_000 : 0
    }
  }
}
