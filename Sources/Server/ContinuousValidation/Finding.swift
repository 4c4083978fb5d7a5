import Images
import Policies

/// What a shape of running pods came to when it was judged again.
enum Finding: Hashable, Sendable {
  case allowed(isAttested: Bool)
  case violation(Violation)
  /// There was no answer about an image, so nothing can be said: what was found before still stands.
  case unknown
}

/// Why pods of a shape would be kept out now.
struct Violation: Hashable, Sendable {
  /// As written, those that are denied, each once.
  let images: [String]
  let codes: [String]
  /// The first reason with its remedy, bounded.
  let message: String
  let isAttested: Bool

  private static let limitMessageBytes = 512
  private static let limitImages = 10

  /// Of a pod of which nothing can be judged.
  init(_ reason: Reason) {
    (images, codes, isAttested) = ([], [reason.code], false)
    message = bounded("\(reason.problem) \(reason.remedy)", Self.limitMessageBytes)
  }

  init(_ decision: Decision) {
    let denied = decision.images.filter { image in image.judgements.contains { $0.denial != nil } }
    var seen: Set<String> = []
    images = Array(denied.map(\.use.image).filter { seen.insert($0).inserted }.prefix(Self.limitImages))
    codes = decision.codes
    message = bounded(decision.problems.first ?? "", Self.limitMessageBytes)
    isAttested = decision.isAttested
  }
}

extension Decision {
  /// Whether something has vouched for every image.
  var isAttested: Bool { !images.isEmpty && images.allSatisfy { !$0.found.isEmpty } }
}
