import Attestations
import Foundation
import Images

/// One folder in the layout of sigstore-conformance, test/assets/bundle-verify: a bundle, and what it is held against.
struct SigstoreCase {
  let name: String
  private let folder: URL

  init(folder: URL) {
    self.folder = folder
    name = folder.lastPathComponent
  }

  /// Whether the folder holds a case at all.
  var isCase: Bool { file("bundle.sigstore.json") != nil }

  var mustFail: Bool { name.hasSuffix("_fail") }

  /// What the case says about who signed; the words of the suite where it says nothing.
  func identity(orElse subject: String, by issuer: String) throws -> CertificateIdentity {
    CertificateIdentity(
      subject: .exact(text("identity") ?? subject), issuer: .exact(text("issuer") ?? issuer))
  }

  /// Judges the bundle as a verifier with that identity would, at the present time.
  func outcome(identity: CertificateIdentity, nowSeconds: Int64) throws -> Outcome {
    if name.contains("client-identity") { return .skipped(because: "it is about the options of a command, not about a bundle") }
    guard let rootText = file("trusted_root.json", lookingUp: true) else {
      return .skipped(because: "there is no trusted_root.json")
    }
    guard let artifact else {
      return .skipped(because: "there is no artifact")
    }
    let got = verdict(rootText, artifact, identity, nowSeconds)
    switch got {
    case .success where mustFail: return .failed(expected: "a refusal", got: "it verifies")
    case .failure(let reason) where !mustFail: return .failed(expected: "it verifies", got: reason.text)
    default: return .passed
    }
  }

  /// The signed bytes; where a case has `digest` instead (`sha256:…`), that.
  private var artifact: SignedArtifact? {
    if let digest = text("digest") { return (try? Digest(parsing: digest)).map(SignedArtifact.digest) }
    return (file("artifact") ?? file("a.txt", lookingUp: true)).map(SignedArtifact.bytes)
  }

  private struct Refused: Error {
    let text: String
  }

  private func verdict(
    _ rootText: [UInt8], _ artifact: SignedArtifact, _ identity: CertificateIdentity, _ nowSeconds: Int64
  ) -> Result<VerifiedBundle, Refused> {
    do {
      let root = try TrustedRoot(parsing: rootText)
      let signer: SigstoreTrust.Signer
      var requirements = SigstoreRequirements()
      if let pem = text("key.pub") ?? text("public_key.pem") {
        signer = .key(try Self.key(pem))
        // The suite has bundles by keys that stand in no log; entries that are there still have to hold.
        requirements.logs = 0
      } else {
        signer = .identities([identity])
      }
      let bundle = try SigstoreBundle(parsing: file("bundle.sigstore.json") ?? [])
      return SigstoreTrust(signer: signer, root: root, requirements: requirements)
        .verdict(on: bundle, over: artifact, at: nowSeconds)
        .mapError { Refused(text: "\($0.problem) [\($0.code)]") }
    } catch let refusal as SigstoreRefusal {
      return .failure(Refused(text: "\(refusal.problem) [\(refusal.code)]"))
    } catch {
      return .failure(Refused(text: "\(error)"))
    }
  }

  /// The case does not say how the key signs: the first algorithm that its kind and size fit.
  private static func key(_ pem: String) throws -> PublicKey {
    for algorithm in SignatureAlgorithm.allCases {
      if let key = try? PublicKey(pem: pem, algorithm: algorithm) { return key }
    }
    throw Refused(text: "the key is of no known kind")
  }

  private func text(_ name: String) -> String? {
    file(name).map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines) }
  }

  /// The bytes of a file of the case, or of one of the two folders above it.
  private func file(_ name: String, lookingUp: Bool = false) -> [UInt8]? {
    let above = [folder, folder.deletingLastPathComponent(), folder.deletingLastPathComponent().deletingLastPathComponent()]
    for place in above.prefix(lookingUp ? 3 : 1) {
      if let data = try? Data(contentsOf: place.appendingPathComponent(name)) { return Array(data) }
    }
    return nil
  }
}
