import Images
import Metadata
import Schemas
import SwiftProtobuf

extension CheckSubject {
  /// Why the vulnerabilities that are recorded may not be all: of every scanner the last scan must be a success.
  ///
  /// - Parameters:
  ///   - occurrences: about the image, oldest first.
  ///   - ageLimitDays: nil where a scan may be of any age.
  func unfinishedScan(
    _ occurrences: [Occurrence], ageLimitDays: Int?, at nowSeconds: Int64
  ) -> Reason? {
    var latest: [String: Grafeas_V1_DiscoveryOccurrence] = [:]
    for occurrence in occurrences where mayScanForVulnerabilities(occurrence) {
      guard case .discovery(let scan) = occurrence.details, scan.analysisStatus != .unspecified else { continue }
      latest[occurrence.noteName] = scan
    }
    guard !latest.isEmpty else { return .notScanned }
    for (note, scan) in latest.sorted(by: { $0.key < $1.key }) {
      if let reason = scan.flaw(under: note, ageLimitDays: ageLimitDays, at: nowSeconds) { return reason }
    }
    return nil
  }

  /// Other analyses end well too, and say nothing of vulnerabilities.
  private func mayScanForVulnerabilities(_ occurrence: Occurrence) -> Bool {
    let kind = analyses[occurrence.noteName] ?? .unspecified
    return kind == .vulnerability || kind == .unspecified
  }
}

extension Reason {
  static let notScanned = Reason(
    code: "not-scanned", problem: "No scan of the image is recorded.",
    remedy: "Scan it with `pratique audit`, then check again.")
}

extension Grafeas_V1_DiscoveryOccurrence {
  fileprivate func flaw(under note: String, ageLimitDays: Int?, at nowSeconds: Int64) -> Reason? {
    guard analysisStatus == .finishedSuccess else {
      let why = analysisStatusError.message
      return Reason(
        code: "scan-unfinished",
        problem: "The scan under \(printable(note)) is \(word)\(why.isEmpty ? "" : ": \(printable(why))").",
        remedy: "Wait for the scan, or mend what stands in its way, then check again.")
    }
    guard !hasLastScanTime || lastScanTime.seconds <= nowSeconds.addingReportingOverflow(300).partialValue else {
      return Reason(
        code: "scan-in-the-future", problem: "The scan under \(printable(note)) says that it ended at a time yet to come.",
        remedy: "Set the clock of the scanner, scan the image again, then check again.")
    }
    guard let ageLimitDays else { return nil }
    let age = nowSeconds.subtractingReportingOverflow(lastScanTime.seconds)
    guard hasLastScanTime, !age.overflow, age.partialValue <= Int64(ageLimitDays) * 86_400 else {
      return Reason(
        code: "scan-outdated", problem: "The scan under \(printable(note)) is older than \(ageLimitDays) days.",
        remedy: "Scan the image again, then check again.")
    }
    return nil
  }

  private var word: String {
    switch analysisStatus {
    case .pending: "waiting"
    case .scanning: "running"
    case .finishedFailed: "failed"
    case .finishedUnsupported: "of an image that the scanner does not know"
    default: "in a state that is not known"
    }
  }
}
