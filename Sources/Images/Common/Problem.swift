/// An error that a person can act on.
///
/// Every error type of the house conforms. The command line prints `problem` and `remedy`, the gate sends both
/// to whoever ran `kubectl`, metrics count `code`.
package protocol Problem: Error, CustomStringConvertible {
  /// A fixed kebab-case name: a metric label and an anchor in the documents, so it never holds outside values.
  var code: String { get }
  /// What happened, with the facts, in one sentence.
  var problem: String { get }
  /// What the reader can do next; starts with a verb.
  var remedy: String { get }
}

extension Problem {
  /// Problem, remedy and code on one line.
  package var description: String { "\(problem) \(remedy) [\(code)]" }
}
