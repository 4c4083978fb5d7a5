import Images

/// Whether the image is free of vulnerabilities that are too bad, by a scan that was finished.
///
/// What nobody has assessed counts as the worst; Voucher puts it between medium and high.
///
/// Source: Voucher, `snakeoil`; Binary Authorization VulnerabilityCheck.
struct Snakeoil: ImageCheck {
  static let name = "snakeoil"
  let needs: Set<CheckNeed> = [.occurrences]
  private let thresholds: VulnerabilityThresholds
  private let exceptions: [String: VulnerabilityException]
  private let scanAgeLimitDays: Int?

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys(
      "maximumFixableSeverity", "maximumUnfixableSeverity", "allowedCVEs", "blockedCVEs", "exceptions", "scanAgeLimitDays")
    try self.init(settings, allowedKey: "allowedCVEs", blockedKey: "blockedCVEs")
  }

  /// The same with other names for the two lists; whoever reads the settings has refused unknown keys.
  init(_ settings: DocumentNode, allowedKey: String, blockedKey: String) throws(DocumentError) {
    let exceptions = try settings["exceptions"].map(VulnerabilityException.all) ?? []
    scanAgeLimitDays = try settings["scanAgeLimitDays"]?.int(in: 1...36_500)
    thresholds = try VulnerabilityThresholds(
      fixable: SeverityLimit(settings.required("maximumFixableSeverity")),
      unfixable: SeverityLimit(settings.required("maximumUnfixableSeverity")), lists: settings,
      under: .init(allowed: allowedKey, blocked: blockedKey),
      excusing: exceptions.map { ($0.exception.vulnerability, $0.node) })
    self.exceptions = Dictionary(exceptions.map { ($0.exception.vulnerability, $0.exception) }) { first, _ in first }
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.occurrences.judged { occurrences in
      if let reason = subject.unfinishedScan(occurrences, ageLimitDays: scanAgeLimitDays, at: nowSeconds) {
        return .undecided(reason, .record)
      }
      var found: [Reason] = []
      var excused: [String] = []
      for vulnerability in occurrences.compactMap(FoundVulnerability.init) {
        switch ruling(vulnerability, at: nowSeconds) {
        case .counts(let reason): found.append(reason)
        case .excused(let sentence): excused.append(sentence)
        case .passes: break
        }
      }
      let limits =
        "fixable up to \(thresholds.maximumFixable.rawValue), unfixable up to \(thresholds.maximumUnfixable.rawValue)"
      return CheckVerdict(
        found.firstVulnerabilities, evidence: ["The scan is finished; vulnerabilities pass \(limits)."] + excused)
    }
  }

  private enum Ruling {
    case passes, excused(String), counts(Reason)
  }

  private func ruling(_ found: FoundVulnerability, at nowSeconds: Int64) -> Ruling {
    switch thresholds.ruling(on: found) {
    case .passes: return .passes
    case .blocked(let reason): return .counts(reason)
    case .over(let limit):
      guard let exception = exceptions[found.id] else { return .counts(found.reason(over: limit)) }
      guard nowSeconds >= exception.expiresSeconds else { return .excused("\(found.sentence): \(exception.sentence)") }
      return .counts(found.reason(over: limit, " The exception of \(printable(exception.owner)) has expired."))
    }
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
