import ArgumentParser
import Images
import Policies

struct PolicyTranslate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate", abstract: "Tell PodSecurityPolicies in terms of the Pod Security Standards.",
    discussion: """
      Prints for each field what the policy says, which control of the standards looks at the same, and whether the policy is
      stricter or looser than baseline and restricted there; then what it would set in pods, which the standards never do, and
      the standard that comes nearest. Exit code 0, or 2 when a policy cannot be read.

      Example: pratique policy translate psp.yaml
      """)

  @Argument(help: "PodSecurityPolicies, YAML or JSON; - is standard input.") var file: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    let documents = try DocumentNode.documents(in: Files.text(at: file), file: file, atMost: Rulebook.limitBytes)
    guard !documents.isEmpty else { throw ValidationError("\(file) holds no PodSecurityPolicy.") }
    let answers = try documents.map { Answer(PolicyTranslation(try PodSecurityPolicy($0))) }
    switch output.output {
    case .json: try output.printJSON(answers)
    case .table: answers.forEach { print($0.text) }
    }
  }

  /// What came of one policy.
  struct Answer: Encodable {
    struct Field: Encodable {
      let field: String
      let value: String
      let control: String?
      let baseline: String
      let restricted: String
      let remark: String
    }

    let name: String
    let fields: [Field]
    /// What it would set in pods that are silent.
    let defaults: [String]
    let nearest: String

    init(_ translation: PolicyTranslation) {
      name = translation.policy.name
      fields = translation.rows.map {
        Field(
          field: $0.field.rawValue, value: $0.value, control: $0.control, baseline: $0.baseline.rawValue,
          restricted: $0.restricted.rawValue, remark: $0.remark)
      }
      defaults = translation.policy.defaults
      nearest = translation.nearest.rawValue
    }

    var text: String {
      var table = Table("field", "policy says", "control", "baseline", "restricted", "remark")
      for one in fields {
        table.add(
          one.field, printable(one.value), one.control ?? "-", one.baseline, one.restricted, printable(one.remark))
      }
      let sets = defaults.isEmpty ? "" : "\nIt would also set, where pods are silent:\n" + defaults.map { "  \($0)\n" }.joined()
      return """
        PodSecurityPolicy \(name), against the Pod Security Standards: it is …
        \(table.text)
        \(sets)
        The nearest standard: \(nearest).
        """
    }
  }
}
