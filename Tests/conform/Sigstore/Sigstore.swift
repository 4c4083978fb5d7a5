import ArgumentParser
import Foundation

/// Verifies Sigstore bundles: every folder of a directory in the layout of sigstore-conformance.
struct Sigstore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the bundle cases of a directory.",
    discussion: """
      A case is a folder with bundle.sigstore.json and, where they differ from the suite's, artifact, identity, issuer,
      key.pub and trusted_root.json; a digest may stand for the artifact. a.txt and trusted_root.json are looked for in the two folders above too. A case whose
      name ends in _fail must be refused.

      Example: swift run conform sigstore ../sigstore-conformance/test/assets/bundle-verify
      """)

  @Argument(help: "The directory of the cases.") var directory: String

  @Option(help: "Who must have signed where a case does not say.")
  var certificateIdentity =
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    + "extremely-dangerous-oidc-beacon.yml@refs/heads/main"

  @Option(help: "Who must have vouched for the signer where a case does not say.")
  var certificateIssuer = "https://token.actions.githubusercontent.com"

  func run() async throws {
    var tally = Tally()
    let top = URL(filePath: directory)
    let cases = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
      .map { SigstoreCase(folder: top.appendingPathComponent($0)) }.filter(\.isCase)
    guard !cases.isEmpty else { throw ValidationError("\(directory) holds no folder with a bundle.sigstore.json.") }
    let nowSeconds = Int64(Date().timeIntervalSince1970)
    for one in cases {
      let identity = try one.identity(orElse: certificateIdentity, by: certificateIssuer)
      tally.add(try one.outcome(identity: identity, nowSeconds: nowSeconds), of: one.name)
    }
    try tally.finish()
  }
}
