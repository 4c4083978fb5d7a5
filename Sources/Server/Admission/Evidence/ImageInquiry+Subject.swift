import Images
import Metadata
import Policies

// What else is recorded of an image, for policies that look at it: the same reading as for the checks before signing.
extension ImageInquiry {
  func subject(_ needs: Set<CheckNeed>, _ ask: Ask, _ fetch: Int) async -> CheckSubject? {
    guard !needs.isEmpty, let keeping = ask.keeping else { return nil }
    let old = cache.subject(ask.image, needs: needs, at: ask.time)
    if case .fresh(let subject) = old { return subject }
    if let kept = await kept(ask, isBelieved: { cache.isFresh($0, at: ask.time) }) {
      let subject = await reader(kept).subject(ask.image, needs: needs, by: ask.deadline)
      if subject.isAnswered, let since = kept.sinceSeconds {
        counts.add { $0.fromFile += 1 }
        cache.settle(subject, needs: needs, sinceSeconds: since, fetch)
        return subject
      }
    }
    let subject = await asked(reader(keeping), needs, ask)
    if subject.isAnswered {
      cache.settle(subject, needs: needs, sinceSeconds: ask.time.steadySeconds, fetch)
      return subject
    }
    return await believed(old, needs, ask) ?? subject
  }

  private func asked(_ reader: SubjectReader, _ needs: Set<CheckNeed>, _ ask: Ask) async -> CheckSubject {
    do {
      return try await asked(by: ask.deadline) {
        let subject = await reader.subject(ask.image, needs: needs, by: ask.deadline)
        guard subject.isAnswered else { throw Unanswered(subject: subject) }
        return subject
      }
    } catch let unanswered as Unanswered {
      return unanswered.subject
    } catch {
      return unanswered(ask.image, error)
    }
  }

  /// What was known before, as far as it is believed while the store cannot be asked.
  private func believed(
    _ old: EvidenceCache.Found<CheckSubject>, _ needs: Set<CheckNeed>, _ ask: Ask
  ) async -> CheckSubject? {
    if case .aged(let held, let age) = old, age <= settings.outageAgeSeconds {
      counts.add { $0.believedPastAge += 1 }
      return held
    }
    if let kept = await kept(ask, isBelieved: { isBelieved($0, at: ask.time) }) {
      let held = await reader(kept).subject(ask.image, needs: needs, by: ask.deadline)
      if held.isAnswered {
        counts.add { $0.believedPastAge += 1 }
        return held
      }
    }
    return nil
  }

  private struct Unanswered: Error {
    let subject: CheckSubject
  }

  /// What of `needs` can be read here at all; the rest stays unread, and lets nothing in.
  func readable(_ needs: Set<CheckNeed>) -> Set<CheckNeed> {
    guard !needs.isEmpty, let records else { return [] }
    var readable = needs.subtracting([.commits])
    if records.projects.isEmpty { readable.subtract([.occurrences, .base]) }
    if records.images == nil { readable.subtract([.contents, .accounts, .base]) }
    return readable
  }

  private func reader(_ metadata: any MetadataReader) -> SubjectReader {
    let closed: @Sendable (Repository) async throws -> any ImageSource = { throw ImageError.notFound("\($0)") }
    return SubjectReader(
      projects: records?.projects ?? [], registries: settings.registries, images: records?.images ?? closed,
      metadata: metadata)
  }

  func unanswered(_ image: PinnedReference, _ error: any Error) -> CheckSubject {
    CheckSubject(
      image, variants: .missing(noAnswer(error), .answer), occurrences: .missing(noAnswer(error), .answer),
      base: .missing(noAnswer(error), .answer))
  }
}
