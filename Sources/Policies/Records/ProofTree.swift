package import Metadata

/// Why a decision came out as it did: for each image and policy what was demanded, what was found, what is missing, and
/// what mends it.
package struct ProofTree: Encodable, Sendable {
  /// What a line of it says.
  package enum Mark: String, Encodable, Sendable {
    case holds, fails
    /// It fails where that keeps nothing out.
    case tolerated
    case remedy
    case fact
  }

  package let mark: Mark
  package let text: String
  package let below: [ProofTree]

  init(_ mark: Mark, _ text: String, _ below: [ProofTree] = []) {
    self.mark = mark
    self.text = text
    self.below = below
  }

  /// - Parameter time: how a moment in seconds since 1970 UTC is told.
  package init(_ record: DecisionRecord, time: (Int64) -> String) {
    let request = record.request
    let what = "\(request.operation) \(request.kind.isEmpty ? request.resource : request.kind) \(request.name)"
    var below = [
      ProofTree(.fact, "asked by \(request.user) in \(request.namespace), \(time(record.atSeconds)), uid \(request.uid)"),
      ProofTree(
        .fact,
        record.policy.isEmpty
          ? "no policy was asked" : "policy \(record.policy)\(record.gate.isEmpty ? "" : ", gate \(record.gate)")"
      ),
    ]
    if !record.message.isEmpty { below.append(ProofTree(.fails, record.message)) }
    if let glass = record.glass { below.append(Self.glass(glass, time)) }
    below += record.images.map { Self.image($0, time) }
    below += record.workload.map { Self.judged($0, asked: [], time) }
    let isIn = record.verdict == "allowed" || record.verdict == "broken-glass"
    self.init(isIn ? .holds : .fails, "\(record.verdict): \(what)", below)
  }

  private static func glass(_ glass: DecisionRecord.Glass, _ time: (Int64) -> String) -> ProofTree {
    let approval = glass.approval.isEmpty ? "" : ", approved as \(glass.approval)"
    let follows = glass.follows.map { ", as decision \($0) allows" } ?? ""
    return ProofTree(
      .fact,
      "the glass was broken by \(glass.marker): \(glass.reason)\(approval)\(follows); controllers may repeat it until "
        + time(glass.untilSeconds))
  }

  private static func image(_ image: DecisionRecord.Image, _ time: (Int64) -> String) -> ProofTree {
    var below: [ProofTree] = []
    if let pinned = image.pinned, pinned != image.written { below.append(ProofTree(.fact, "judged as \(pinned)")) }
    below += image.judged.map { judged($0, asked: image.asked, time) }
    let isIn = image.judged.allSatisfy { $0.verdict != "denied" }
    return ProofTree(isIn ? .holds : .fails, "\(image.written) (\(image.field), \(image.kind) \(image.name))", below)
  }

  private static func judged(
    _ judged: DecisionRecord.Judged, asked: [DecisionRecord.Asked], _ time: (Int64) -> String
  ) -> ProofTree {
    let demanded = judged.demanded.flatMap { attestor in
      self.attestor(attestor, judged, asked.first { $0.attestor == attestor }, time)
    }
    let mark: Mark = judged.verdict == "allowed" ? .holds : judged.verdict == "denied" ? .fails : .tolerated
    let causes = judged.causes.map { cause in
      ProofTree(mark, "\(cause.problem) [\(cause.code)]", [ProofTree(.remedy, cause.remedy)])
    }
    let name = judged.policy.isEmpty ? "the policies" : judged.policy
    let rule = judged.rule.isEmpty ? "" : ", \(judged.rule)"
    return ProofTree(
      mark, "\(name)\(rule): \(judged.verdict)", demanded + judged.evidence.map { ProofTree(.fact, $0) } + causes)
  }

  /// What came of one attestor that was demanded.
  private static func attestor(
    _ name: String, _ judged: DecisionRecord.Judged, _ asked: DecisionRecord.Asked?, _ time: (Int64) -> String
  ) -> [ProofTree] {
    let counted = judged.counted.filter { $0.attestor == name }
    if !counted.isEmpty {
      return counted.map { found in
        let when = found.atSeconds.map { ", recorded \(time($0))" } ?? ""
        let place = found.occurrence.isEmpty ? "" : ", \(found.occurrence)"
        return ProofTree(.holds, "\(name) is demanded: found, by key \(found.key)\(place)\(when)")
      }
    }
    if let why = asked?.unavailable { return [ProofTree(.fails, "\(name) is demanded: there was no answer: \(why)")] }
    let some = (asked?.counted ?? []).map { ProofTree(.fact, "not enough alone: by key \($0.key), \($0.occurrence)") }
    let refused = (asked?.refused ?? []).map { refusal in
      ProofTree(
        .fails, "\(refusal.occurrence.isEmpty ? "one" : refusal.occurrence) does not count: \(refusal.problem) [\(refusal.code)]")
    }
    let found = some.isEmpty && refused.isEmpty ? "nothing was found" : "not satisfied"
    return [ProofTree(.fails, "\(name) is demanded: \(found)", some + refused)]
  }

  /// One line a node, indented by two blanks a level.
  package func lines(indent: Int = 0, _ style: (Mark, String) -> String) -> [String] {
    [String(repeating: "  ", count: indent) + style(mark, text)] + below.flatMap { $0.lines(indent: indent + 1, style) }
  }
}
