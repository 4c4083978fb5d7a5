package import Metadata

extension DecisionRecord {
  /// What followed from each cause when it was decided.
  package var causes: CauseAnswers {
    get {
      var causes = CauseAnswers()
      for cause in EvidenceCause.allCases {
        causes[cause] = answers[cause.rawValue].flatMap(CauseAnswers.Answer.init) ?? .deny
      }
      return causes
    }
    set {
      answers = [:]
      for cause in EvidenceCause.allCases where newValue[cause] != .deny { answers[cause.rawValue] = newValue[cause].rawValue }
    }
  }
}
