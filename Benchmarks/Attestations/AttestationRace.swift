import ArgumentParser
import Attestations
import Crypto
import Foundation
import Glibc
import Images
import Metadata

/// Verifies attestations as the gate does, keys parsed beforehand, on one core, and prints CPU time each.
@main
struct AttestationRace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify attestations on one core and print the CPU time of each.")

  @Option(help: "Seconds for each kind.") var seconds = 3.0
  @Option(help: "An armored OpenPGP key.") var pgpKey: String
  @Option(help: "The payload that this prints with --payload, signed and armored by that key.") var pgpMessage: String?
  @Flag(help: "Print the payload to be signed, and do nothing else.") var payload = false

  func run() throws {
    let world = try RaceWorld()
    if payload { return print(String(decoding: world.payload, as: UTF8.self), terminator: "") }
    try race("ecdsap256", world.attestor([world.p256Key]), [world.signedByP256()], world)
    try race("ed25519", world.attestor([world.ed25519Key]), [world.signedByEd25519()], world)
    if let pgpMessage {
      let key = try AttestorKey(openPGP: String(contentsOfFile: pgpKey, encoding: .utf8))
      let message = Array(try Data(contentsOf: URL(fileURLWithPath: pgpMessage)))
      let signature = UnverifiedAttestation.Signature(keyID: key.id, bytes: message)
      try race("rsa2048", world.attestor([key]), [world.attestation(.detached(payload: world.payload, [signature]))], world)
    }
    let strangers = try (0..<1000).map { try world.signedByP256(named: "ni:///sha-256;stranger\($0)") }
    try race("unknown-keys-1000", world.attestor([world.p256Key]), strangers, world, isGood: false)
    for count in [1, 10, 100, 1000, 10_000] {
      let others = try (1..<count).map { _ in
        try AttestorKey(
          id: nil, algorithm: .ecdsaP256SHA256, pem: P256.Signing.PrivateKey().publicKey.pemRepresentation)
      }
      try race("trusted-keys-\(count)", world.attestor(others + [world.p256Key]), [world.signedByP256()], world)
    }
  }

  private func race(
    _ name: String, _ attestor: Attestor, _ offered: [UnverifiedAttestation], _ world: RaceWorld, isGood: Bool = true
  ) throws {
    guard attestor.verdict(on: offered, for: world.image, at: world.now).isSatisfied == isGood else {
      throw ValidationError("\(name) was not judged as it should be.")
    }
    var (count, best) = (0, Double.infinity)
    let start = cpuSeconds()
    while cpuSeconds() - start < seconds {
      let began = cpuSeconds()
      for _ in 0..<20 { _ = attestor.verdict(on: offered, for: world.image, at: world.now) }
      best = min(best, (cpuSeconds() - began) / 20)
      count += 20
    }
    let mean = (cpuSeconds() - start) / Double(count)
    print("\(name) \(String(format: "%.1f", mean * 1e6)) us, best \(String(format: "%.1f", best * 1e6)) us")
  }
}

/// CPU time of this process in seconds.
private func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// One image, one attestor, keys made for the run.
struct RaceWorld {
  let image: PinnedReference
  let note: NoteName
  let payload: [UInt8]
  let now: Int64 = 1_800_000_000
  private let p256 = P256.Signing.PrivateKey()
  private let ed25519 = Curve25519.Signing.PrivateKey()
  let p256Key: AttestorKey
  let ed25519Key: AttestorKey

  init() throws {
    image = try PinnedReference(parsing: "registry.example.test/shop/web@sha256:" + String(repeating: "ab", count: 32))
    note = try NoteName(parsing: "projects/race/notes/qa")
    payload = ContainerSignature(image).payload
    p256Key = try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: p256.publicKey.pemRepresentation)
    let der = Data(PublicKey.ed25519Prefix + ed25519.publicKey.rawRepresentation)
    let pem = "-----BEGIN PUBLIC KEY-----\n\(der.base64EncodedString())\n-----END PUBLIC KEY-----\n"
    ed25519Key = try AttestorKey(id: nil, algorithm: .ed25519, pem: pem)
  }

  func attestor(_ keys: [AttestorKey]) -> Attestor {
    Attestor(name: "projects/race/attestors/qa", note: note, keys: keys)
  }

  func attestation(_ envelope: UnverifiedAttestation.Envelope) -> UnverifiedAttestation {
    UnverifiedAttestation(occurrence: "projects/race/occurrences/1", note: note, createdAtSeconds: now, envelope: envelope)
  }

  func signedByP256(named id: String? = nil) throws -> UnverifiedAttestation {
    let signature = Array(try p256.signature(for: payload).derRepresentation)
    return attestation(.detached(payload: payload, [.init(keyID: id ?? p256Key.id, bytes: signature)]))
  }

  func signedByEd25519() throws -> UnverifiedAttestation {
    let signature = Array(try ed25519.signature(for: payload))
    return attestation(.detached(payload: payload, [.init(keyID: ed25519Key.id, bytes: signature)]))
  }
}
