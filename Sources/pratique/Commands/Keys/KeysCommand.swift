import ArgumentParser
import Attestations
import Foundation
import Images
import Signing

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Make keys, see how long they are good, and change them over time.",
    subcommands: [KeysCreate.self, KeysList.self, KeysPlan.self, KeysRotate.self, KeysRevoke.self])
}

struct KeysCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a key pair for an attestor.",
    discussion: """
      Writes NAME.key (for its owner alone) and NAME.pub, and prints the attestor's entry for the attestors file of the
      gate. Nothing is overwritten.

      With --format encrypted or cosign the private key opens only with the password that PRATIQUE_KEY_PASSWORD or
      COSIGN_PASSWORD holds now. OpenPGP keys are made by gpg.

      Example: pratique keys create qa --project shop --out keys >> attestors.yaml
      Example: COSIGN_PASSWORD=... pratique keys create qa --project shop --format cosign >> attestors.yaml
      """)

  /// How the private half is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case plain, encrypted, cosign
  }

  @Argument(help: "The attestor's id.") var name: String
  @Option(help: "The project of the attestor and its note.") var project = "pratique"
  @Option(help: "The folder the two files go to.") var out = "."
  @Option(help: "How it signs.") var algorithm: SignatureAlgorithm = .ecdsaP256SHA256
  @Option(help: "The private half: PKCS #8, plain or encrypted, or as cosign keeps keys.") var format: Format = .plain
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let attestor = try AttestorID(name: name, project: project)
    let pair = try KeyPair(generating: algorithm, format: try keyFormat())
    try FileManager.default.createDirectory(
      atPath: out, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let privateKey = "\(out)/\(name).key"
    let publicKey = "\(out)/\(name).pub"
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

  /// - Throws: `SigningError.passwordNeeded`, also for an empty password, which would protect nothing.
  private func keyFormat() throws(SigningError) -> KeyPair.Format {
    guard format != .plain else { return .plain }
    let password = SignerSettings(environment: ProcessInfo.processInfo.environment).password
    guard let password, !password.revealed.isEmpty else { throw .passwordNeeded }
    return format == .cosign ? .cosign(password: password) : .encrypted(password: password)
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

  /// For help and completion: the ways of keys in PEM. OpenPGP keys say themselves how they sign.
  static var allValueStrings: [String] { allCases.filter { $0.scheme != nil }.map(\.rawValue) }
}
