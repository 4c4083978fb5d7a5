import Audit
import Images

/// The lines of Debian's tracker as JSON, one CVE a record:
/// `{"id", "annotations": [{"release", "package", "kind", "version", "severity"}]}`; an empty release is unstable.
///
/// Source: security-tracker, `data/CVE/list` (the kinds are its words).
enum DebianAnnotations {
  static func recognises(_ node: JSONNode) -> Bool { node["annotations"]?.isArray == true && node["id"]?.isString == true }

  static func read(_ node: JSONNode, at place: String, into sink: inout RecordSink) {
    guard let id = node["id"]?.string, let annotations = node["annotations"], annotations.isArray else {
      return sink.leaveOut(place, "no id or annotations")
    }
    sink.countRecord()
    for annotation in annotations.elements {
      guard let package = annotation["package"]?.string, let kind = annotation["kind"]?.string else {
        sink.leaveOut(place, "an annotation without package or kind")
        continue
      }
      let version = annotation["version"]?.string ?? ""
      guard let ruling = ruling(kind, version) else {
        sink.leaveOut(place, "an annotation of unknown kind \"\(printable(kind))\"")
        continue
      }
      sink.add(
        Advisory(
          ecosystem: .debian, release: annotation["release"]?.string ?? "", package: package, id: id, ruling: ruling,
          urgency: urgency(annotation["severity"]?.string)), at: place)
    }
  }

  private static func ruling(_ kind: String, _ version: String) -> Advisory.Ruling? {
    switch kind {
    // Fixed in no version at all means that no version was ever affected.
    case "fixed": version.isEmpty ? nil : version == "0" ? .notAffected : .fixed(version)
    case "unfixed": .open(.unfixed)
    case "no-dsa": .open(.noDSA)
    case "postponed": .open(.postponed)
    case "ignored": .open(.ignored)
    case "end-of-life": .open(.endOfLife)
    case "not-affected": .notAffected
    // itp: somebody means to package it.
    case "undetermined", "removed", "itp": .silent
    default: nil
    }
  }

  /// Stars mark what the tracker guessed itself; `not yet assigned` is no urgency.
  static func urgency(_ text: String?) -> Advisory.Urgency? {
    switch text?.prefix(while: { $0 != "*" }) {
    case "unimportant": .unimportant
    case "low": .low
    case "medium": .medium
    case "high": .high
    default: nil
    }
  }
}
