import Images
import Policies

/// What a person reads behind "admission webhook denied the request:": the image and the cause first, in one line because
/// clients and logs show it so, and last the command that tells everything.
struct DenialMessage {
  private static let limitNames = 3

  let decision: Decision
  /// What keeps it out besides the policies: breaking the glass does not count.
  var more: Reason?
  /// Of the request; nil where nothing is on record to explain.
  var uid: String?

  /// At most `AdmissionAnswer.limitMessageBytes` printable characters.
  var text: String {
    let denied = decision.images.filter { $0.judgements.contains { $0.denial != nil } }
    var parts: [String] = []
    if let first = denied.first { parts.append("\(first.name): \(Self.sentences(first.judgements))") }
    parts += decision.workload.compactMap { judgement in
      judgement.denial.map { "\(judgement.policy): \($0.sentences)" }
    }
    if let more { parts.append("\(more.problem) \(more.remedy) [\(more.code)]") }
    let end = [Self.others(denied.dropFirst()), Self.command(uid)].compactMap { $0 }.map { " \($0)" }.joined()
    let room = max(0, AdmissionAnswer.limitMessageBytes - end.utf8.count)
    return bounded(parts.joined(separator: " "), room) + end
  }

  /// Each reason once, whichever policies give it.
  private static func sentences(_ judgements: [Judgement]) -> String {
    var seen: Set<Reason> = []
    let reasons = judgements.flatMap { $0.denial?.all ?? [] }.filter { seen.insert($0).inserted }
    return reasons.map { "\($0.problem) \($0.remedy) [\($0.code)]" }.joined(separator: " ")
  }

  private static func others(_ images: ArraySlice<ImageDecision>) -> String? {
    guard !images.isEmpty else { return nil }
    let names = images.prefix(limitNames).map { bounded($0.use.image, 120) }.joined(separator: ", ")
    let rest = images.count > limitNames ? ", ..." : ""
    return images.count == 1
      ? "1 more image is denied: \(names)." : "\(images.count) more images are denied: \(names)\(rest)."
  }

  /// - Returns: nil where there is nothing to name a decision by that a shell takes as it stands.
  static func command(_ uid: String?) -> String? {
    guard let uid, !uid.isEmpty, uid.utf8.count <= 64,
      uid.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 })
    else { return nil }
    return "Why: pratique explain \(uid)"
  }
}
