import Images
package import Policies

/// Judges shapes of running pods by the rules of the moment, through the same function as the gate.
package struct Revalidation: Sendable {
  /// Shapes whose evidence is in memory at once.
  private static let batch = 256

  private let settings: GateSettings
  private let evidence: any RunningEvidence
  private let namespaceLabels: @Sendable (String) -> [String: String]?

  package init(
    _ settings: GateSettings, evidence: any RunningEvidence,
    namespaceLabels: @escaping @Sendable (String) -> [String: String]? = { _ in nil }
  ) {
    self.settings = settings
    self.evidence = evidence
    self.namespaceLabels = namespaceLabels
  }

  /// Judges all that runs, and forgets it.
  ///
  /// - Returns: how many shapes there are, and how many of them would be kept out.
  package func summary(of pods: RunningPods, under rulebook: Rulebook, at now: Int64) async -> (shapes: Int, violating: Int) {
    let found = await findings(on: pods.all(), under: rulebook, at: now) { true }
    return (found.all.count, found.all.values.count { if case .violation = $0 { true } else { false } })
  }

  /// - Parameter mayGoOn: asked between batches; what has not been judged then is left out.
  /// - Returns: with whether nothing was left out.
  func findings(
    on shapes: [RunningPods.Numbered], under rulebook: Rulebook, at now: Int64, while mayGoOn: @Sendable () -> Bool
  ) async -> (all: [Int: Finding], isComplete: Bool) {
    var found: [Int: Finding] = [:]
    var from = 0
    while from < shapes.count {
      guard mayGoOn(), !Task.isCancelled else { return (found, false) }
      let part = shapes[from..<min(from + Self.batch, shapes.count)]
      from += Self.batch
      var reviews: [(number: Int, review: WorkloadReview, lookups: [String: Evidence.Lookup])] = []
      for numbered in part {
        switch question(numbered.shape) {
        case .exempt: break
        case .unreadable(let reason): found[numbered.number] = .violation(Violation(reason))
        case .review(let review):
          reviews.append((numbered.number, review, numbered.shape.running.mapValues(Evidence.Lookup.digest)))
        }
      }
      var demands: [PinnedReference: ImageDemand] = [:]
      for (_, review, lookups) in reviews {
        for (image, demand) in rulebook.demands(of: review, lookups: lookups) {
          demands[image, default: ImageDemand()].add(demand)
        }
      }
      let evidence = await evidence.evidence(for: demands, under: rulebook, at: now)
      for (number, review, lookups) in reviews {
        found[number] = finding(on: review, lookups, evidence, under: rulebook, at: now)
      }
    }
    return (found, true)
  }

  private func finding(
    on review: WorkloadReview, _ lookups: [String: Evidence.Lookup], _ evidence: Evidence, under rulebook: Rulebook,
    at now: Int64
  ) -> Finding {
    var evidence = evidence
    evidence.lookups = lookups
    let decision = rulebook.decision(on: review, evidence: evidence, at: now)
    if decision.isAllowed { return .allowed(isAttested: decision.isAttested) }
    let isUnanswered = decision.images.contains { image in
      guard let pinned = image.image else { return false }
      if let subject = evidence.subjects[pinned], !subject.isAnswered { return true }
      return evidence.answers[pinned]?.values.contains { if case .unavailable = $0 { true } else { false } } ?? false
    }
    return isUnanswered ? .unknown : .violation(Violation(decision))
  }

  private enum Question {
    case exempt
    case review(WorkloadReview)
    /// The gate would not let it in either.
    case unreadable(Reason)
  }

  private func question(_ shape: PodShape) -> Question {
    guard !settings.exemptNamespaces.contains(shape.namespace) else { return .exempt }
    let (document, workload): (JSONDocument, Workload)
    do {
      document = try JSONDocument(parsing: shape.object, atMost: AdmissionRequest.limitBytes)
      workload = try Workload(document.root)
    } catch let error as any Problem {
      return .unreadable(Reason(error))
    } catch {
      return .unreadable(Reason(code: "malformed-workload", problem: "The pod cannot be read.", remedy: "Make it anew."))
    }
    return .review(
      WorkloadReview(
        workload,
        in: Place(cluster: settings.cluster, namespace: shape.namespace, trustDomain: settings.trustDomain),
        object: document.root, namespaceLabels: namespaceLabels(shape.namespace), resource: "pods",
        requiresDigest: settings.requiresDigest))
  }
}
