import Audit
import Images

/// The tracker as Debian publishes it, one document:
/// `{package: {CVE: {"releases": {release: {"status", "fixed_version", "urgency", "nodsa", "nodsa_reason"}}}}}`.
///
/// Source: security-tracker.debian.org/tracker/data/json.
enum DebianTracker {
  static func recognises(_ root: JSONNode) -> Bool {
    root.members.lazy.prefix(100).contains { _, entries in
      entries.members.lazy.prefix(100).contains { id, entry in
        (id.hasPrefix("CVE-") || id.hasPrefix("TEMP-")) && entry["releases"]?.isObject == true
      }
    }
  }

  static func read(_ root: JSONNode, into sink: inout RecordSink) {
    for (package, entries) in root.members {
      guard entries.isObject else {
        sink.leaveOut(printable(package), "not an object of CVEs")
        continue
      }
      for (id, entry) in entries.members {
        let place = "\(printable(package)) \(printable(id))"
        guard let releases = entry["releases"], releases.isObject else {
          sink.leaveOut(place, "no releases")
          continue
        }
        sink.countRecord()
        for (release, state) in releases.members {
          guard let ruling = ruling(state) else {
            sink.leaveOut("\(place) \(printable(release))", "an unknown status")
            continue
          }
          sink.add(
            Advisory(
              ecosystem: .debian, release: release, package: package, id: id, ruling: ruling,
              urgency: DebianAnnotations.urgency(state["urgency"]?.string)), at: place)
        }
      }
    }
  }

  private static func ruling(_ state: JSONNode) -> Advisory.Ruling? {
    switch state["status"]?.string {
    case "resolved":
      guard let version = state["fixed_version"]?.string, !version.isEmpty else { return nil }
      return version == "0" ? .notAffected : .fixed(version)
    case "open":
      if state["urgency"]?.string == "end-of-life" { return .open(.endOfLife) }
      switch state["nodsa_reason"]?.string {
      case "ignored": return .open(.ignored)
      case "postponed": return .open(.postponed)
      default: return .open(state["nodsa"] == nil ? .unfixed : .noDSA)
      }
    case "undetermined": return .silent
    default: return nil
    }
  }
}
