import ArgumentParser
import Attestations
import Policies

struct KeysList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Say which keys vouch, since when and until when, and what was done to them.",
    discussion: "Example: pratique keys list --attestors attestors.yaml --changes")

  @Option(help: "The attestors and their keys, YAML or JSON.") var attestors: String
  @Flag(help: "Also tell who changed what, and why, newest first.") var changes = false
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let text = try AttestorsText(Files.text(at: attestors), file: attestors)
    let known = try text.attestors
    let keys = known.all.flatMap { attestor in attestor.keys.map { Listed($0, of: attestor, nowSeconds: Now.seconds) } }
    let history = try known.all.flatMap { attestor in
      try text.changes(of: attestor.name).map {
        Change(attestor: attestor.name, at: utc($0.atSeconds), by: $0.by, what: $0.what, why: $0.why)
      }
    }
    switch output.output {
    case .json: try output.printJSON(Answer(keys: keys, changes: changes ? history : nil))
    case .table:
      var table = Table("attestor", "state", "from", "until", "algorithm", "key")
      for key in keys {
        table.add(key.attestor, key.state, key.notBefore ?? "-", key.notAfter ?? "-", key.algorithm, key.key)
      }
      print(table.text)
      guard changes else { return }
      for change in history { print("\(change.at)  \(change.attestor)  \(change.what), by \(change.by): \(change.why)") }
    }
  }

  private struct Answer: Encodable {
    let keys: [Listed]
    let changes: [Change]?
  }

  private struct Change: Encodable {
    let attestor, at, by, what, why: String
  }

  /// One key, and what it is worth now.
  private struct Listed: Encodable {
    let attestor, key, algorithm, state: String
    let notBefore, notAfter, revokedAt: String?

    init(_ key: AttestorKey, of attestor: Attestor, nowSeconds: Int64) {
      self.attestor = attestor.name
      self.key = key.id
      algorithm = key.algorithm.rawValue
      state = Self.state(of: key, nowSeconds: nowSeconds)
      notBefore = key.notBeforeSeconds.map(utc)
      notAfter = key.notAfterSeconds.map(utc)
      revokedAt = key.revocation.map { utc($0.atSeconds) }
    }

    private static func state(of key: AttestorKey, nowSeconds: Int64) -> String {
      switch key.revocation?.reason {
      case .compromise: return "compromised"
      case .superseded: return "superseded"
      case nil: break
      }
      if let first = key.notBeforeSeconds, nowSeconds < first { return "not yet" }
      guard let last = key.notAfterSeconds else { return "good" }
      return nowSeconds > last ? "expired" : "good, \((last - nowSeconds) / 86400) days left"
    }
  }
}
