package import Attestations
package import Images

/// Everything that was found out about the images of a workload before it is judged.
///
/// What is absent counts as not found: it never lets anything in.
package struct Evidence: Sendable {
  /// What came of asking for one attestor's attestations.
  package enum Answer: Hashable, Sendable {
    case verdict(AttestorVerdict)
    /// There was no answer; the text says why.
    case unavailable(String)
  }

  /// What came of looking up a tag, once.
  package enum Lookup: Hashable, Sendable {
    case digest(Digest)
    case failed(Reason)
  }

  /// Per image and full name of the attestor.
  package var answers: [PinnedReference: AttestorAnswers]
  /// Per image as it was written; empty where tags are not looked up.
  package var lookups: [String: Lookup]
  /// Images whose manifest was looked at and cannot be trusted.
  package var unfit: [PinnedReference: Reason]
  /// What else was found out about images, for policies that name needs.
  package var subjects: [PinnedReference: CheckSubject]

  package init(
    answers: [PinnedReference: AttestorAnswers] = [:], lookups: [String: Lookup] = [:],
    unfit: [PinnedReference: Reason] = [:], subjects: [PinnedReference: CheckSubject] = [:]
  ) {
    self.answers = answers
    self.lookups = lookups
    self.unfit = unfit
    self.subjects = subjects
  }
}

/// What attestors say of one image, each once, by full name. A few at most, so they are looked through and not hashed.
package struct AttestorAnswers: Sendable, Sequence, ExpressibleByDictionaryLiteral {
  private var all: [(key: String, value: Evidence.Answer)]

  package init() { all = [] }

  package init(dictionaryLiteral elements: (String, Evidence.Answer)...) {
    all = []
    for (name, answer) in elements { self[name] = answer }
  }

  package var isEmpty: Bool { all.isEmpty }
  package var count: Int { all.count }
  package var values: [Evidence.Answer] { all.map(\.value) }

  /// The answer of the attestor with that full name; nil takes it away.
  package subscript(name: String) -> Evidence.Answer? {
    get { all.first { $0.key == name }?.value }
    set {
      let place = all.firstIndex { $0.key == name }
      switch (place, newValue) {
      case (let place?, let answer?): all[place].value = answer
      case (let place?, nil): all.remove(at: place)
      case (nil, let answer?): all.append((name, answer))
      case (nil, nil): break
      }
    }
  }

  /// In the order in which they were set first.
  package func makeIterator() -> IndexingIterator<[(key: String, value: Evidence.Answer)]> { all.makeIterator() }
}
