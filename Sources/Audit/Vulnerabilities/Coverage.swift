import Images

/// Whether the silence of an audit means something.
package enum Coverage: Hashable, Sendable, CustomStringConvertible {
  /// Every package was read and compared with advisories for its release.
  case complete
  /// Nothing found proves nothing. At least one reason, a sentence each without its full stop.
  case unknown(because: [String])

  package var isComplete: Bool { self == .complete }

  package var reasons: [String] {
    guard case .unknown(let reasons) = self else { return [] }
    return reasons
  }

  package var description: String { isComplete ? "complete" : "unknown: \(reasons.joined(separator: "; "))" }

  init(of inventory: Inventory, in index: AdvisoryIndex?, feedAgeLimitDays: Int?, atSeconds: Int64) {
    var reasons = inventory.gaps
    if inventory.packages.isEmpty { reasons.append("the image has no package database that this build reads") }
    reasons += Self.unreadVersions(inventory)
    reasons += Self.doubts(about: inventory, index, feedAgeLimitDays, atSeconds)
    self = reasons.isEmpty ? .complete : .unknown(because: reasons)
  }

  private static func unreadVersions(_ inventory: Inventory) -> [String] {
    inventory.packages.lazy.compactMap { package in
      package.scheme.fault(in: package.sourceVersion).map {
        "the version of \(printable(package.name)), \(printable(package.sourceVersion)), cannot be compared: \($0)"
      }
    }.prefix(Inventory.gapLimit).map { $0 }
  }

  private static func doubts(
    about inventory: Inventory, _ index: AdvisoryIndex?, _ limitDays: Int?, _ atSeconds: Int64
  ) -> [String] {
    guard let system = inventory.operatingSystem else { return ["no file of the image names its distribution"] }
    guard let release = system.release else {
      return ["advisories for \(printable(system.description)) are not read by this build"]
    }
    var doubts: [String] = []
    let strangers = inventory.packages.filter { $0.scheme != release.ecosystem.scheme }.count
    if strangers > 0 { doubts.append("\(strangers) packages are not of \(printable(system.description))") }
    guard let index else { return doubts + ["there is no advisory database"] }
    let feeds = index.feeds.filter { $0.releases.contains(release) }
    if feeds.isEmpty { doubts.append("the advisory database holds no feed for \(printable(release.description))") }
    guard let limitDays, !feeds.isEmpty else { return doubts }
    guard let newest = feeds.compactMap(\.newest).max(), let day = daysSince1970(newest) else {
      return doubts + ["the feeds for \(printable(release.description)) do not say how old they are"]
    }
    let age = Int(atSeconds / 86400) - day
    if age > limitDays {
      doubts.append("the feeds for \(printable(release.description)) are \(age) days old, and at most \(limitDays) are allowed")
    }
    return doubts
  }
}

/// Days from 1970-01-01 to an ISO 8601 day of the common calendar; nil for anything else.
private func daysSince1970(_ day: String) -> Int? {
  let parts = day.split(separator: "-").map { Int($0) }
  guard parts.count == 3, let year = parts[0], let month = parts[1], let date = parts[2], (1970...9999).contains(year),
    (1...12).contains(month), (1...31).contains(date)
  else { return nil }
  // March is the first month here, so that the leap day is the last of its year.
  let shifted = month > 2 ? year : year - 1
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
  return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719468
}
