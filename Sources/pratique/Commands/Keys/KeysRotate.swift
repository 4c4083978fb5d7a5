import ArgumentParser
import Attestations
import Metadata
import Policies

struct KeysRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Give an attestor a new key and let the old ones end.",
    discussion: """
      The new key has no beginning, for nobody could sign with it before. Old keys without an end count for what they sign within the overlap, and what they
      have signed stays good unless the attestor demands keys that are good now. Shows the plan; --apply writes the file.

      Example: pratique keys rotate qa --public-key qa-2027.pub --attestors attestors.yaml --why "yearly rotation" --apply
      """)

  @Argument(help: "The attestor, by id or full name.") var attestor: String
  @Option(help: "The new key's public half, PEM.") var publicKey: String
  @Option(help: "How it signs (default: the first algorithm that its kind and size fit).") var algorithm: SignatureAlgorithm?
  @Option(help: "For how many more days the old keys may sign.") var overlapDays: Int = 30
  @OptionGroup var options: KeyChangeOptions

  func validate() throws {
    guard (0...3650).contains(overlapDays) else { throw ValidationError("--overlap-days must be from 0 to 3650.") }
  }

  func run() async throws {
    let old = try options.read()
    let pem = try Files.text(at: publicKey, atMost: 16 << 10)
    let now = Now.seconds
    var new = old
    try new.rotate(
      options.fullName(attestor, in: old), to: pem, try algorithm ?? Self.fitting(pem),
      oldKeysUntilSeconds: now + Int64(overlapDays) * 86400, change: options.change, nowSeconds: now)
    try await options.finish(old, new)
  }

  private static func fitting(_ pem: String) throws -> SignatureAlgorithm {
    let fits = SignatureAlgorithm.allCases.first { (try? AttestorKey(id: nil, algorithm: $0, pem: pem)) != nil }
    guard let fits else { throw AttestationError.malformedKey("no algorithm fits it") }
    return fits
  }
}
