import ArgumentParser
import Attestations
import Foundation
import Images
import Signing

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Make the keys that attestors sign with.", subcommands: [KeysCreate.self])
}

struct KeysCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a key pair for an attestor.",
    discussion: """
      Writes NAME.key (for its owner alone) and NAME.pub, and prints the attestor's entry for the attestors file of the
      gate. Nothing is overwritten.

      Example: pratique keys create qa --project shop --out keys >> attestors.yaml
      """)

  @Argument(help: "The attestor's id.") var name: String
  @Option(help: "The project of the attestor and its note.") var project = "pratique"
  @Option(help: "The folder the two files go to.") var out = "."
  @Option(help: "How it signs: \(SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")).")
  var algorithm: SignatureAlgorithm = .ecdsaP256SHA256
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let attestor = try AttestorID(name: name, project: project)
    try FileManager.default.createDirectory(
      atPath: out, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let privateKey = "\(out)/\(name).key"
    let publicKey = "\(out)/\(name).pub"
    let pair = try KeyPair(generating: algorithm)
    try KeyFiles.write(pair, privateKey: privateKey, publicKey: publicKey)
    switch output.output {
    case .json:
      try output.printJSON(
        Created(
          attestor: attestor.attestor, note: "\(attestor.note)", keyID: pair.keyID,
          algorithm: algorithm.rawValue, privateKey: privateKey, publicKey: publicKey))
    case .table:
      print(Self.entry(of: attestor, pair: pair))
      Terminal.complain("Wrote \(privateKey) (keep it secret) and \(publicKey).")
    }
  }

  struct Created: Encodable {
    let attestor, note, keyID, algorithm, privateKey, publicKey: String
  }

  /// One element of an attestors file.
  static func entry(of attestor: AttestorID, pair: KeyPair) -> String {
    let pem = pair.publicPEM.split(separator: "\n").map { "            \($0)" }.joined(separator: "\n")
    return """
      - name: \(attestor.attestor)
        userOwnedGrafeasNote:
          noteReference: \(attestor.note)
          publicKeys:
            - id: \(pair.keyID)
              pkixPublicKey:
                signatureAlgorithm: \(pair.algorithm.rawValue)
                publicKeyPem: |
      \(pem)
      """
  }
}

extension SignatureAlgorithm: ExpressibleByArgument {
  init?(argument: String) { self.init(named: argument) }
}
