import ArgumentParser
import Attestations
import Images

/// What is said of an image, and in which form.
struct ClaimOptions: ParsableArguments {
  /// The forms that an attestation is made in.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    /// A signature over the image's digest and repository.
    case signature
    /// An in-toto statement in a DSSE envelope.
    case attestation
    /// The same in a Sigstore bundle, as cosign 3 keeps it.
    case bundle
  }

  @Option(help: "signature, attestation (a predicate in a DSSE envelope) or bundle (the form of cosign 3).")
  var format: Format?
  @Option(
    help: "The type of the predicate: \(Set(PredicateType.named.map(\.name)).sorted().joined(separator: ", ")), or a URI.")
  var type: String?
  @Option(help: "The file with the predicate, JSON; - is standard input.") var predicate: String?

  func validate() throws {
    guard (type == nil) == (predicate == nil) else { throw ValidationError("--type and --predicate go together.") }
    switch format {
    case .signature where predicate != nil: throw ValidationError("A signature has no predicate: choose --format attestation.")
    case .attestation where predicate == nil:
      throw ValidationError("--format attestation needs --type and --predicate.")
    default: break
    }
    if let type, PredicateType.uri(of: type) == nil {
      throw ValidationError("--type \(printable(type)) is neither a known name nor a URI.")
    }
  }

  /// What is said, read from its file.
  struct Claim {
    let format: Format
    /// nil for a signature.
    let predicateType: String?
    let predicate: [UInt8]
  }

  /// - Throws: `DoorError.unreadable`.
  func read() throws -> Claim {
    let format = format ?? (predicate == nil ? .signature : .attestation)
    guard let predicate, let type, let uri = PredicateType.uri(of: type) else {
      return Claim(
        format: format, predicateType: format == .bundle ? PredicateType.signature : nil, predicate: Array("{}".utf8))
    }
    let text = try Files.text(at: predicate, atMost: InTotoStatement.limitBytes)
    return Claim(format: format, predicateType: uri, predicate: Array(text.utf8))
  }
}
