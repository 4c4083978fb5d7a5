import Images
import Metadata
import Schemas
import SwiftProtobuf

/// Whether the image is free of vulnerabilities that are too bad, by a scan that was finished.
///
/// What nobody has assessed counts as the worst; Voucher puts it between medium and high.
///
/// Source: Voucher, `snakeoil`; Binary Authorization VulnerabilityCheck.
struct Snakeoil: ImageCheck {
  static let name = "snakeoil"
  let needs: Set<CheckNeed> = [.occurrences]
  private let maximumFixable: SeverityLimit
  private let maximumUnfixable: SeverityLimit
  private let allowed: Set<String>
  private let blocked: Set<String>
  private let exceptions: [String: VulnerabilityException]
  private let scanAgeLimitDays: Int?

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys(
      "maximumFixableSeverity", "maximumUnfixableSeverity", "allowedCVEs", "blockedCVEs", "exceptions", "scanAgeLimitDays")
    maximumFixable = try SeverityLimit(settings.required("maximumFixableSeverity"))
    maximumUnfixable = try SeverityLimit(settings.required("maximumUnfixableSeverity"))
    let allowed = try settings["allowedCVEs"]?.filledList() ?? []
    blocked = Set(try settings["blockedCVEs"]?.filledList().map(\.text) ?? [])
    let exceptions = try settings["exceptions"].map(VulnerabilityException.all) ?? []
    scanAgeLimitDays = try settings["scanAgeLimitDays"]?.int(in: 1...36_500)
    let limitsNothing = maximumFixable == .allowAll && maximumUnfixable == .allowAll
    if limitsNothing, blocked.isEmpty {
      throw settings.error(
        "every vulnerability passes, so the check could never fail",
        remedy: "Lower maximumFixableSeverity or maximumUnfixableSeverity, or list blockedCVEs.")
    }
    let named = allowed + exceptions.map { ($0.exception.vulnerability, $0.node) }
    var seen: Set<String> = []
    for (id, node) in named {
      if limitsNothing {
        throw node.error("no threshold stops it, so nothing is to be allowed", remedy: "Remove it, or lower a threshold.")
      }
      guard !blocked.contains(id), seen.insert(id).inserted else {
        throw node.error(
          "\(printable(id)) is blocked or allowed in another place too", remedy: "Decide for one place, and remove the other.")
      }
    }
    self.allowed = Set(allowed.map(\.text))
    self.exceptions = Dictionary(exceptions.map { ($0.exception.vulnerability, $0.exception) }) { first, _ in first }
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.occurrences.judged { occurrences in
      let scans = occurrences.filter { subject.mayScanForVulnerabilities($0) }
      if let reason = unfinished(scans, at: nowSeconds) { return .undecided(reason, .record) }
      var found: [Reason] = []
      var excused: [String] = []
      for occurrence in occurrences {
        guard case .vulnerability(let vulnerability) = occurrence.details else { continue }
        switch ruling(vulnerability, of: occurrence, at: nowSeconds) {
        case .counts(let reason): found.append(reason)
        case .excused(let sentence): excused.append(sentence)
        case .passes: break
        }
      }
      let limits = "fixable up to \(maximumFixable.rawValue), unfixable up to \(maximumUnfixable.rawValue)"
      return CheckVerdict(Self.few(found), evidence: ["The scan is finished; vulnerabilities pass \(limits)."] + excused)
    }
  }

  // MARK: The scan

  /// Why the vulnerabilities that are recorded may not be all: of every scanner the last scan must be a success.
  private func unfinished(_ scans: [Occurrence], at nowSeconds: Int64) -> Reason? {
    var latest: [String: Grafeas_V1_DiscoveryOccurrence] = [:]
    for occurrence in scans {
      guard case .discovery(let scan) = occurrence.details, scan.analysisStatus != .unspecified else { continue }
      latest[occurrence.noteName] = scan
    }
    guard !latest.isEmpty else {
      return Reason(
        code: "not-scanned", problem: "No scan of the image is recorded.",
        remedy: "Scan it with `pratique audit`, then check again.")
    }
    for (note, scan) in latest.sorted(by: { $0.key < $1.key }) {
      guard scan.analysisStatus == .finishedSuccess else {
        let why = scan.analysisStatusError.message
        return Reason(
          code: "scan-unfinished",
          problem:
            "The scan under \(printable(note)) is \(Self.word(scan.analysisStatus))\(why.isEmpty ? "" : ": \(printable(why))").",
          remedy: "Wait for the scan, or mend what stands in its way, then check again.")
      }
      guard !scan.hasLastScanTime || scan.lastScanTime.seconds <= nowSeconds.addingReportingOverflow(300).partialValue else {
        return Reason(
          code: "scan-in-the-future", problem: "The scan under \(printable(note)) says that it ended at a time yet to come.",
          remedy: "Set the clock of the scanner, scan the image again, then check again.")
      }
      guard let limit = scanAgeLimitDays else { continue }
      let age = nowSeconds.subtractingReportingOverflow(scan.lastScanTime.seconds)
      guard scan.hasLastScanTime, !age.overflow, age.partialValue <= Int64(limit) * 86_400 else {
        return Reason(
          code: "scan-outdated", problem: "The scan under \(printable(note)) is older than \(limit) days.",
          remedy: "Scan the image again, then check again.")
      }
    }
    return nil
  }

  private static func word(_ status: Grafeas_V1_DiscoveryOccurrence.AnalysisStatus) -> String {
    switch status {
    case .pending: "waiting"
    case .scanning: "running"
    case .finishedFailed: "failed"
    case .finishedUnsupported: "of an image that the scanner does not know"
    default: "in a state that is not known"
    }
  }

  // MARK: One vulnerability

  private enum Ruling {
    case passes, excused(String), counts(Reason)
  }

  private func ruling(
    _ found: Grafeas_V1_VulnerabilityOccurrence, of occurrence: Occurrence, at nowSeconds: Int64
  ) -> Ruling {
    let id = occurrence.noteName.split(separator: "/").last.map(String.init) ?? ""
    let issue = found.packageIssue.first { $0.fixAvailable } ?? found.packageIssue.first
    let place = issue.map { " in \(printable($0.affectedPackage)) \(printable($0.affectedVersion.fullName))" } ?? ""
    let what = "\(printable(id)) (\(found.settledSeverity.word))\(place)"
    if let name = [id, found.shortDescription].first(where: blocked.contains) {
      return .counts(
        Reason(
          code: "blocked-vulnerability", problem: "\(what) is blocked as \(printable(name)).",
          remedy: "Update or remove the package; a blocked vulnerability takes no exception."))
    }
    let limit = found.isFixable ? maximumFixable : maximumUnfixable
    guard !limit.admits(found.settledSeverity), !allowed.contains(id) else { return .passes }
    var expired = ""
    if let exception = exceptions[id] {
      guard nowSeconds >= exception.expiresSeconds else { return .excused("\(what): \(exception.sentence)") }
      expired = " The exception of \(printable(exception.owner)) has expired."
    }
    let fixed = found.isFixable ? issue.map { " to \(printable($0.fixedVersion.fullName))" } ?? "" : nil
    return .counts(
      Reason(
        code: found.isFixable ? "fixable-vulnerability" : "unfixable-vulnerability",
        problem: "\(what) is over \(limit.rawValue).\(expired)",
        remedy: fixed.map { "Update the package\($0)." }
          ?? "Take the package out, or write an exception with owner, reason and expiry."))
  }

  /// The first twenty, and how many more there are.
  private static func few(_ found: [Reason]) -> [Reason] {
    guard found.count > 20 else { return found }
    let more = Reason(
      code: "more-vulnerabilities", problem: "There are \(found.count - 20) more.", remedy: "List them with `pratique show`.")
    return found.prefix(20) + [more]
  }
}

extension CheckSubject {
  /// Other analyses end well too, and say nothing of vulnerabilities.
  fileprivate func mayScanForVulnerabilities(_ occurrence: Occurrence) -> Bool {
    let kind = analyses[occurrence.noteName] ?? .unspecified
    return kind == .vulnerability || kind == .unspecified
  }
}

/// A vulnerability that somebody answers for, until a day.
struct VulnerabilityException: Hashable, Sendable {
  let vulnerability: String
  let owner: String
  let reason: String
  /// Seconds since 1970 UTC; from then on it excuses nothing.
  let expiresSeconds: Int64
  /// The same as it was written.
  let expires: String

  var sentence: String { "\(printable(owner)) answers for it until \(printable(expires)): \(printable(reason))." }

  static func all(_ list: DocumentNode) throws(DocumentError) -> [(exception: VulnerabilityException, node: DocumentNode)] {
    var found: [(exception: VulnerabilityException, node: DocumentNode)] = []
    for node in try list.elements() {
      try node.onlyKeys(["vulnerability", "owner", "reason", "expires"])
      let expires = try node.required("expires")
      found.append(
        (
          VulnerabilityException(
            vulnerability: try node.required("vulnerability").filledString(),
            owner: try node.required("owner").filledString(), reason: try node.required("reason").filledString(),
            expiresSeconds: try expires.moment(), expires: try expires.string()), node
        ))
    }
    guard !found.isEmpty else {
      throw list.error("an empty list names nothing", remedy: "List what is meant, or remove the key.")
    }
    return found
  }
}
