import ArgumentParser
import Attestations
import Policies

struct KeysRevoke: AsyncParsableCommand {
  enum Reason: String, ExpressibleByArgument, CaseIterable {
    case compromise, superseded
  }

  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take a key's word away.",
    discussion: """
      superseded: what the key signed before now stays good. compromise: nothing counts but what was recorded before
      --since, and without --since nothing at all. Shows the plan; --apply writes the file.

      Example: pratique keys revoke 'ni:///sha-256;YSvg...' --attestor qa --reason compromise --since 2026-11-02T00:00:00Z \\
        --attestors attestors.yaml --why "laptop stolen" --apply
      """)

  @Argument(help: "The key's id, as `pratique keys list` prints it.") var key: String
  @Option(help: "Its attestor, by id or full name.") var attestor: String
  @Option(help: "compromise or superseded.") var reason: Reason
  @Option(help: "Since when somebody else may have it, RFC 3339.") var since: String?
  @OptionGroup var options: KeyChangeOptions

  func validate() throws {
    if since != nil, reason == .superseded { throw ValidationError("--since is for a compromise.") }
  }

  func run() async throws {
    let old = try options.read()
    var new = old
    let reason: AttestorKey.Revocation.Reason =
      switch self.reason {
      case .compromise: .compromise(sinceSeconds: try since.map(moment))
      case .superseded: .superseded
      }
    try new.revoke(
      key, of: options.fullName(attestor, in: old), reason, change: options.change, nowSeconds: Now.seconds)
    try await options.finish(old, new)
  }
}
