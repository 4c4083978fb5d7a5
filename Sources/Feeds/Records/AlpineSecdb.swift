import Audit
import Images

/// Alpine's security database, as it is published (one document a branch and repository) and as rows of single packages.
///
/// `secfixes` maps a fix version to ids; `"0"` means that the package was never affected. One text may hold several ids:
/// each CVE in it is a finding of its own, and what else it names (`XSA-200`) another name of those.
///
/// Source: secdb.alpinelinux.org.
enum AlpineSecdb {
  static func recognisesRow(_ node: JSONNode) -> Bool { node["secfixes"]?.isObject == true && node["distroversion"] != nil }

  static func recognisesDocument(_ node: JSONNode) -> Bool {
    node["packages"]?.isArray == true && node["distroversion"]?.isString == true
  }

  static func read(document node: JSONNode, into sink: inout RecordSink) {
    guard let branch = node["distroversion"]?.string, !branch.isEmpty else { return sink.leaveOut("the document", "no branch") }
    sink.cover(Release(ecosystem: .alpine, name: branch))
    for (index, package) in (node["packages"]?.elements ?? []).enumerated() {
      guard let inner = package["pkg"] else {
        sink.leaveOut("package \(index + 1)", "no pkg")
        continue
      }
      read(inner, branch: branch, at: "package \(index + 1)", into: &sink)
    }
  }

  static func read(row node: JSONNode, at place: String, into sink: inout RecordSink) {
    guard let branch = node["distroversion"]?.string, !branch.isEmpty else { return sink.leaveOut(place, "no branch") }
    read(node, branch: branch, at: place, into: &sink)
  }

  private static func read(_ node: JSONNode, branch: String, at place: String, into sink: inout RecordSink) {
    guard let name = node["name"]?.string, let fixes = node["secfixes"], fixes.isObject else {
      return sink.leaveOut(place, "no name or secfixes")
    }
    sink.countRecord()
    sink.cover(Release(ecosystem: .alpine, name: branch))
    let place = "\(place), \(printable(name))"
    var neverAffected: Set<String> = []
    var fixed: Set<String> = []
    for (version, ids) in fixes.members {
      guard ids.isArray || ids.isNull else {
        sink.leaveOut(place, "the ids of \(printable(version)) are no array")
        continue
      }
      for text in ids.elements {
        guard let text = text.string, case let found = cveIDs(in: text), !found.isEmpty else {
          sink.leaveOut(place, "no CVE in \"\(printable(text.string ?? "?"))\"")
          continue
        }
        if version == "0" {
          neverAffected.formUnion(found)
          continue
        }
        fixed.formUnion(found)
        for id in found {
          sink.add(
            Advisory(
              ecosystem: .alpine, release: branch, package: name, id: id, ruling: .fixed(version),
              aliases: otherNames(in: text)), at: place)
        }
      }
    }
    // A CVE that was fixed once and is listed under 0 too was there before the fix.
    for id in neverAffected.subtracting(fixed).sorted() {
      sink.add(Advisory(ecosystem: .alpine, release: branch, package: name, id: id, ruling: .notAffected), at: place)
    }
  }

  /// `XSA-200` in `CVE-2016-9932 XSA-200`: capitals, a hyphen, digits and hyphens.
  private static func otherNames(in text: String) -> Set<String> {
    Set(
      text.split(separator: " ").compactMap { word in
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] != "CVE", parts[0].utf8.count >= 2,
          parts[0].utf8.allSatisfy({ (65...90).contains($0) }),
          parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) })
        else { return nil }
        return String(word)
      })
  }
}
