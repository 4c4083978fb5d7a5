import Audit
import Images

/// What the changelogs of a release's uploads say: `{"release","source","newest","entries":[[version, suite, [CVE ids]]]}`.
///
/// Uploads stand newest first, and an upload holds the fixes of all below it. So the fix of a CVE is in the lowest version
/// among the uploads that name it and those above them.
struct DebianChangelogs {
  /// Whether an installation below the fix is a finding by the changelog alone.
  let isAdvisory: Bool

  static func recognises(_ node: JSONNode) -> Bool { node["entries"]?.isArray == true && node["source"]?.isString == true }

  func read(_ node: JSONNode, at place: String, into sink: inout RecordSink) {
    guard let release = node["release"]?.string, !release.isEmpty, let source = node["source"]?.string,
      let entries = node["entries"], entries.isArray
    else { return sink.leaveOut(place, "no release, source or entries") }
    sink.countRecord()
    sink.cover(Release(ecosystem: .debian, name: release))
    var lowest = node["newest"]?.string.flatMap { VersionScheme.dpkg.fault(in: $0) == nil ? $0 : nil }
    for (index, entry) in entries.elements.enumerated() {
      let parts = entry.elements
      let entryPlace = "\(place), entry \(index + 1)"
      guard parts.count >= 3, let version = parts[0].string, parts[2].isArray else {
        sink.leaveOut(entryPlace, "not [version, suite, [ids]]")
        continue
      }
      if let fault = VersionScheme.dpkg.fault(in: version) {
        sink.leaveOut(entryPlace, "a version that dpkg refuses: \(fault)")
        continue
      }
      lowest = lowest.map { (try? VersionScheme.dpkg.isEarlier($0, than: version)) == true ? $0 : version } ?? version
      for id in parts[2].elements {
        guard let id = id.string, let fix = lowest else {
          sink.leaveOut(entryPlace, "an id that is no text")
          continue
        }
        sink.add(
          Advisory(
            ecosystem: .debian, release: release, package: source, id: id,
            evidence: Advisory.Evidence(version: fix, isAdvisory: isAdvisory)), at: entryPlace)
      }
    }
  }
}
