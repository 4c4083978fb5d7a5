import Policies
import Testing

@Suite("AttestorAnswers")
struct AttestorAnswersTests {
  @Test("hold one answer an attestor, the latest")
  func latest() {
    var answers: AttestorAnswers = ["qa": .unavailable("down"), "built": .unavailable("late")]
    answers["qa"] = .unavailable("still down")
    #expect(answers.count == 2)
    #expect(answers["qa"] == .unavailable("still down"))
    #expect(answers["built"] == .unavailable("late"))
    #expect(answers["nobody"] == nil)
    answers["qa"] = nil
    answers["nobody"] = nil
    #expect(answers.map(\.key) == ["built"])
  }
}
