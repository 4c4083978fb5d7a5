import Metadata
import Policies

/// Decides whether the glass may be broken for a workload that is denied: who asks, whether a second person agreed, and
/// whether a controller only repeats what somebody did before.
struct BreakGlassDesk: Sendable {
  /// What comes of it.
  enum Outcome: Sendable {
    case nobodyAsks
    case mayBreak(DecisionRecord.Glass)
    case refused(Reason)
  }

  /// Requests and approvals that are looked at, the newest.
  private static let limit = 1_000
  /// Earlier uses that are read at a time.
  private static let page = 20

  let settings: BreakGlass
  /// Nil where no journal is kept: then there are neither approvals nor earlier uses.
  let journal: (any DecisionJournalReader)?

  /// Until when the journal may take to answer: without an answer the glass stays whole.
  let deadline: ContinuousClock.Instant

  func outcome(
    for review: WorkloadReview, _ decision: Decision, by requester: Requester, name: String, isMutation: Bool, at now: Int64
  ) async -> Outcome {
    do {
      return try await within(deadline) {
        await weighed(review, decision, by: requester, name: name, isMutation: isMutation, at: now)
      }
    } catch {
      return .refused(.breakGlassUnreadable)
    }
  }

  private func weighed(
    _ review: WorkloadReview, _ decision: Decision, by requester: Requester, name: String, isMutation: Bool, at now: Int64
  ) async -> Outcome {
    let use = BreakGlassUse(
      user: requester.username, namespace: review.place.namespace, workload: name, decision: decision, atSeconds: now)
    switch settings.claim(on: review.workload, object: review.object, by: requester) {
    case .none: return .nobodyAsks
    case .refused(let reason): return .refused(reason)
    case .granted(let plea):
      var glass = DecisionRecord.Glass()
      (glass.reason, glass.marker, glass.untilSeconds) = (plea.reason, plea.marker, now + settings.grantSeconds)
      if !isMutation { glass.follows = await beginning(of: use, glass, review.resource) }
      guard settings.needsApproval else { return .mayBreak(glass) }
      return await approved(use, glass)
    case .inherited(let plea): return await repeated(use, plea)
    }
  }

  /// The use that `/mutate` has put on record a moment ago for the same request: it is one use, and reviewed once.
  private func beginning(of use: BreakGlassUse, _ glass: DecisionRecord.Glass, _ resource: String) async -> Int64? {
    var query = JournalQuery()
    (query.kinds, query.verdict, query.namespace, query.user) = ([.decision], "broken-glass", use.namespace, use.user)
    (query.sinceSeconds, query.isNewestFirst, query.limit) = (use.atSeconds - RequestPairs.windowSeconds, true, Self.page)
    // Without an answer it counts as a use of its own.
    let entries = (try? await journal?.entries(query)) ?? []
    return entries.first { entry in
      guard case .decision(let earlier) = entry.content, earlier.request.webhook == "mutate" else { return false }
      return earlier.request.resource == resource && earlier.glass?.reason == glass.reason && settings.covers(use, by: earlier)
    }?.sequence
  }

  private func approved(_ use: BreakGlassUse, _ glass: DecisionRecord.Glass) async -> Outcome {
    do {
      var requests: [BreakGlassRequest] = []
      var approvals: [BreakGlassApproval] = []
      var query = JournalQuery()
      (query.kinds, query.isNewestFirst, query.limit) = ([.request, .approval], true, Self.limit)
      for entry in try await journal?.entries(query) ?? [] {
        switch entry.content {
        case .request(let request): requests.append(request)
        case .approval(let approval): approvals.append(approval)
        default: break
        }
      }
      guard let request = settings.approved(use, requests: requests, approvals: approvals) else {
        return .refused(.breakGlassUnapproved(use))
      }
      var glass = glass
      glass.approval = request.id
      glass.untilSeconds = min(glass.untilSeconds, request.untilSeconds)
      return .mayBreak(glass)
    } catch {
      return .refused(.breakGlassUnreadable)
    }
  }

  private func repeated(_ use: BreakGlassUse, _ plea: BreakGlass.Plea) async -> Outcome {
    var query = JournalQuery()
    (query.kinds, query.verdict, query.namespace) = ([.decision], "broken-glass", use.namespace)
    (query.sinceSeconds, query.isNewestFirst, query.limit) = (use.atSeconds - settings.grantSeconds, true, Self.page)
    var found: DecisionRecord.Glass?
    do {
      try await journal?.each(query) { entry in
        guard case .decision(let earlier) = entry.content, settings.covers(use, by: earlier), var glass = earlier.glass else {
          return true
        }
        (glass.reason, glass.marker, glass.follows) = (plea.reason, plea.marker, glass.follows ?? entry.sequence)
        found = glass
        return false
      }
    } catch {
      return .refused(.breakGlassUnreadable)
    }
    return found.map { .mayBreak($0) } ?? .refused(.breakGlassOver)
  }
}

extension Reason {
  fileprivate static let breakGlassUnreadable = Reason(
    code: "break-glass-unrecorded", problem: "The journal of decisions cannot be read, so breaking the glass does not count.",
    remedy: "Mend the gate's journal, then deploy again.")
}
