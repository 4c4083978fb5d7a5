import Attestations
import Crypto
import Foundation
import Testing

@Suite("Hostile OpenPGP")
struct HostileOpenPGPTests {
  typealias Messages = OpenPGPMessages

  /// The same on every run. Source: Vigna, SplitMix64.
  struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  static func binary(_ armored: String) throws -> [UInt8] {
    let lines = armored.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.isEmpty }
    let body = lines.prefix { !$0.hasPrefix("=") && !$0.hasPrefix("-----END") }.joined()
    return Array(try #require(Data(base64Encoded: body)))
  }

  /// Armored and binary messages with their key: deflated until the end of the file, zlib, not compressed.
  static func messages() throws -> [(key: String, bytes: [UInt8])] {
    try [
      (OpenPGPKeys.ed25519, Messages.ed25519), (OpenPGPKeys.rsa3072, Messages.rsa3072), (OpenPGPKeys.p256, Messages.p256),
      (OpenPGPKeys.go, Messages.go),
    ]
    .flatMap { key, message in [(key, Array(message.utf8)), (key, try binary(message))] }
  }

  @Test("messages cut short after any byte are refused")
  func truncated() throws {
    for (text, message) in try Self.messages() {
      let key = try OpenPGPKey(armored: text)
      #expect(verdict(on: message, by: key) == .success(OpenPGPVector.payload))
      for count in 0..<message.count {
        let verdict = verdict(on: Array(message[..<count]), by: key)
        guard case .success = verdict else { continue }
        Issue.record("cut to \(count) of \(message.count) bytes it verifies")
      }
    }
  }

  @Test("keys cut short after any byte are refused")
  func truncatedKeys() throws {
    for text in [OpenPGPKeys.subkey, OpenPGPKeys.rsa2048] {
      let bytes = try Self.binary(text)
      for count in 0..<bytes.count {
        guard let key = try? OpenPGPKey(bytes: Array(bytes[..<count])) else { continue }
        Issue.record("cut to \(count) of \(bytes.count) bytes it is the key \(key.fingerprint)")
      }
    }
  }

  /// A flipped bit may hit what is not signed: names and dates of the content, hints, how long a number is. It must never
  /// change what was signed, when and by whom.
  @Test("messages with any one bit flipped are refused or say the same", arguments: [true, false])
  func flipped(isCompressed: Bool) throws {
    let key = try OpenPGPKey(armored: OpenPGPKeys.ed25519)
    let message = try Self.binary(isCompressed ? Messages.ed25519 : Messages.plain)
    let original = try OpenPGPMessage(parsing: message).verified(by: key, at: OpenPGPVector.juneOf2026, .goodNow)
    var same = 0
    for bit in 0..<message.count * 8 {
      var flipped = message
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let content = try? OpenPGPMessage(parsing: flipped).verified(by: key, at: OpenPGPVector.juneOf2026, .goodNow)
      guard let content else { continue }
      #expect(content == original, "bit \(bit)")
      same += 1
    }
    // Format, name and date of the content, the hint beside the signed statements, the number of a length that is not exact.
    #expect(same <= (isCompressed ? 64 : 160))
  }

  @Test("keys with any one bit flipped are refused, or the same key that signs no more than before")
  func flippedKeys() throws {
    let bytes = try Self.binary(OpenPGPKeys.subkey)
    let original = try OpenPGPKey(bytes: bytes)
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let key = try? OpenPGPKey(bytes: flipped) else { continue }
      #expect(key.fingerprint == original.fingerprint, "bit \(bit)")
      #expect(Set(key.signerFingerprints).isSubset(of: original.signerFingerprints), "bit \(bit)")
      #expect(key.expiresAtSeconds == original.expiresAtSeconds, "bit \(bit)")
    }
  }

  @Test("bytes of any kind never trap", arguments: [UInt64(1), 2, 3, 4])
  func dice(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let key = try Self.binary([OpenPGPKeys.ed25519, OpenPGPKeys.subkey, OpenPGPKeys.rsa2048, OpenPGPKeys.p256][Int(seed) - 1])
    let message = try Self.binary([Messages.plain, Messages.subkey, Messages.rsa2048, Messages.p256][Int(seed) - 1])
    let seedBytes = ExamplePacket.two(key.count) + key + message
    readHostileOpenPGP(seedBytes)
    readHostileOpenPGP([])
    for _ in 0..<400 {
      var bytes = seedBytes
      for _ in 0..<Int.random(in: 1...6, using: &dice) {
        let at = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &dice)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: at)
        default: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        }
      }
      readHostileOpenPGP(bytes)
    }
  }

  @Test("armor is taken in its strict form only")
  func armor() throws {
    let key = try OpenPGPKey(armored: OpenPGPKeys.ed25519)
    func isGood(_ text: String) -> Bool { (try? verdict(on: Array(text.utf8), by: key).get()) == "hello\n" }
    let plain = Messages.plain
    let lines = plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let sum = try #require(lines.firstIndex { $0.hasPrefix("=") })
    func with(_ index: Int, _ line: String?) -> String {
      (lines[..<index] + (line.map { [$0] } ?? []) + lines[(index + 1)...]).joined(separator: "\n")
    }
    #expect(isGood(plain))
    #expect(isGood(plain.replacing("\n", with: "\r\n")))
    #expect(isGood(" \n\t\n".filter { $0 == "\n" } + plain + " \n\n"))
    #expect(isGood(with(1, "Version: GnuPG v2\nComment:\n")))
    #expect(isGood(with(sum, nil)))
    #expect(!isGood("Before.\n" + plain))
    #expect(!isGood(plain + "\nBehind."))
    #expect(!isGood(plain + "\n" + plain))
    #expect(!isGood(with(sum, "=AAAA")))
    #expect(!isGood(with(sum, "=AAA")))
    #expect(!isGood(with(1, nil)))
    #expect(!isGood(with(1, "not a header\n")))
    #expect(!isGood(with(1, String(repeating: "A: b\n", count: 17))))
    #expect(!isGood(with(2, " " + lines[2])))
    #expect(!isGood(with(2, lines[2] + "=")))
    #expect(!isGood(with(2, lines[2] + "AAAA")))
    #expect(!isGood(plain.replacing("BEGIN", with: "begin")))
    #expect(!isGood(plain.replacing("END PGP MESSAGE", with: "END PGP SIGNATURE")))
    #expect(!isGood(plain.replacing("-----END PGP MESSAGE-----", with: "")))
    // Bits that are left over must be zero, or one message had many texts.
    let binary = try Self.binary(plain)
    let text = Data(binary).base64EncodedString()
    #expect(isGood(ExamplePacket.armor(binary)))
    if text.hasSuffix("=") {
      let last = try #require(text.lastIndex { $0 != "=" })
      let sloppy = text[..<last] + (text.hasSuffix("==") ? "B==" : "B=")
      #expect(!isGood("-----BEGIN PGP MESSAGE-----\n\n\(sloppy)\n-----END PGP MESSAGE-----\n"))
    }
  }
}
