import Attestations
import Foundation
import TestSupport
import Testing

@Suite("An OpenPGP message")
struct OpenPGPMessageTests {
  /// Messages by one key, with what is made of each.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: Result<String, OpenPGPRefusal>
    let message: @Sendable (ExampleOpenPGPKey) throws -> [UInt8]

    init(
      _ name: String, _ expected: Result<String, OpenPGPRefusal>,
      _ message: @escaping @Sendable (ExampleOpenPGPKey) throws -> [UInt8]
    ) {
      testDescription = name
      self.expected = expected
      self.message = message
    }
  }

  typealias Packet = ExamplePacket
  static let hello = Array("hello\n".utf8)
  static let evil = Array("evil\n".utf8)
  static let isHello = Result<String, OpenPGPRefusal>.success("hello\n")

  static func signature(_ key: ExampleOpenPGPKey, _ content: [UInt8] = hello) throws -> [UInt8] {
    Packet.packet(2, try key.signature(0, over: content))
  }

  static let forms: [Case] = [
    Case("one-pass signature, content, signature", isHello) { try $0.message() },
    Case("signature, content", isHello) { try signature($0) + Packet.literal(hello) },
    Case("in ASCII armor", isHello) { Array(Packet.armor(try $0.message()).utf8) },
    Case("SHA-384", isHello) { try $0.message(digest: 9) },
    Case("SHA-512", isHello) { try $0.message(digest: 10) },
    Case("empty content", .success("")) { try $0.message([]) },
    Case("packets of the old format", isHello) { key in
      let signature = try key.signature(0, over: hello)
      let literal: [UInt8] = [0x62, 0, 0, 0, 0, 0] + hello
      return [0x89] + Packet.two(signature.count) + signature + [0xae] + Packet.four(literal.count) + literal
    },
    Case("content in parts", .success(String(repeating: "a", count: 700))) { key in
      let content = [UInt8](repeating: 0x61, count: 700)
      let literal: [UInt8] = [0x62, 0, 0, 0, 0, 0] + content
      return try key.onePass() + [0xcb, 0xe9] + literal[..<512] + [0xe7] + literal[512..<640] + [66] + literal[640...]
        + signature(key, content)
    },
    Case("content in small parts, as Go writes it", isHello) { key in
      let literal: [UInt8] = [0x62, 0, 0, 0, 0, 0] + hello
      return try key.onePass() + [0xcb, 0xe3] + literal[..<8] + [0xe1] + literal[8..<10] + [2] + literal[10...] + signature(key)
    },
    Case("announced as one of several, as PGPy writes it", isHello) { key in
      try key.onePass(isLast: 0) + Packet.literal(hello) + signature(key)
    },
    Case("a key id as the only name", isHello) { key in
      let id = Packet.statement(16, Array(key.fingerprint.suffix(8)))
      return try key.message(hashed: ExampleOpenPGPKey.made(), unhashed: id)
    },
    Case("no name", isHello) { try $0.message(hashed: ExampleOpenPGPKey.made()) },
    Case("an unknown statement that is not critical", isHello) { key in
      try key.message(hashed: ExampleOpenPGPKey.made() + key.issuer + Packet.statement(100, [1, 2, 3]))
    },
    Case("a critical time of creation", isHello) { key in
      try key.message(
        hashed: Packet.statement(2, Packet.four(ExampleOpenPGPKey.tenthOfApril2026), isCritical: true) + key.issuer)
    },
    Case("another time beside what is signed", isHello) { key in
      try key.message(unhashed: Packet.statement(2, Packet.four(1)) + Packet.statement(100, []))
    },
    Case("text whose lines end in CR LF", .success("one\r\ntwo")) { try $0.message(Array("one\r\ntwo".utf8), kind: 1) },
    Case("signed five minutes ahead", isHello) { key in
      try key.message(hashed: ExampleOpenPGPKey.made(Int(OpenPGPVector.juneOf2026) + 300) + key.issuer)
    },
  ]

  static let wrong: [Case] = [
    Case("nothing", .failure(.malformed("it is no ASCII armor of a PGP MESSAGE"))) { _ in [] },
    Case("empty armor", .failure(.malformed("it is empty"))) { _ in Array(Packet.armor([]).utf8) },
    Case("content alone", .failure(.unsigned)) { _ in Packet.literal(hello) },
    Case("a signature alone", .failure(.unsupported("a signature without its content"))) { try signature($0) },
    Case("encrypted", .failure(.unsupported("encrypted content"))) { _ in Packet.packet(18, [1, 2, 3]) },
    Case("content moved under the signature", .failure(.badSignature)) { key in
      try key.onePass() + Packet.literal(evil) + signature(key)
    },
    Case("a second content before", .failure(.severalMessages)) { key in
      try Packet.literal(evil) + key.message()
    },
    Case("a second content behind", .failure(.severalMessages)) { key in
      try key.message() + Packet.literal(evil)
    },
    Case("a second content inside", .failure(.severalMessages)) { key in
      try key.onePass() + Packet.literal(evil) + Packet.literal(hello) + signature(key)
    },
    Case("two signatures", .failure(.severalMessages)) { key in
      try key.onePass() + key.onePass() + Packet.literal(hello) + signature(key) + signature(key)
    },
    Case("two messages", .failure(.severalMessages)) { try $0.message() + $0.message() },
    Case("a key between", .failure(.malformed("its packets are not those of one signed message"))) { key in
      try key.onePass() + Packet.packet(6, key.body) + Packet.literal(hello) + signature(key)
    },
    Case("one-pass signature without signature", .failure(.malformed("its packets are not those of one signed message"))) {
      $0.onePass() + Packet.literal(hello)
    },
    Case("announced as text", .failure(.malformed("what it announces is not what is signed"))) { key in
      try key.onePass(1) + Packet.literal(hello) + signature(key)
    },
    Case("announced by another digest", .failure(.malformed("what it announces is not what is signed"))) { key in
      try key.onePass(digest: 10) + Packet.literal(hello) + signature(key)
    },
    Case("announced by another key", .failure(.malformed("what it announces is not what is signed"))) { key in
      try ExampleOpenPGPKey().onePass() + Packet.literal(hello) + signature(key)
    },
    Case("MD5", .failure(.weakDigest("MD5"))) { try $0.message(digest: 1) },
    Case("SHA-1", .failure(.weakDigest("SHA-1"))) { try $0.message(digest: 2) },
    Case("RIPEMD-160", .failure(.weakDigest("RIPEMD-160"))) { try $0.message(digest: 3) },
    Case("SHA-224", .failure(.weakDigest("SHA-224"))) { try $0.message(digest: 11) },
    Case("SHA3-256", .failure(.unsupported("a signature over digest 12"))) { try $0.message(digest: 12) },
    Case("version 3", .failure(.unsupported("a signature of version 3"))) { try $0.message(version: 3) },
    Case("version 6", .failure(.unsupported("a signature of version 6"))) { try $0.message(version: 6) },
    Case("a certification over content", .failure(.unsupported("a signature that is not over content"))) {
      try $0.message(kind: 0x13)
    },
    Case("a standalone signature", .failure(.unsupported("a signature of type 2"))) { try $0.message(kind: 2) },
    Case("an unknown critical statement", .failure(.unsupported("a critical statement of type 100 in a signature"))) { key in
      try key.message(hashed: ExampleOpenPGPKey.made() + key.issuer + Packet.statement(100, [], isCritical: true))
    },
    Case("one beside what is signed", .failure(.unsupported("a critical statement of type 100 in a signature"))) { key in
      try key.message(unhashed: Packet.statement(100, [], isCritical: true))
    },
    Case("no time", .failure(.malformed("a signature does not say when it was made"))) { try $0.message(hashed: $0.issuer) },
    Case("a time beside what is signed", .failure(.malformed("a signature does not say when it was made"))) {
      try $0.message(hashed: $0.issuer, unhashed: ExampleOpenPGPKey.made())
    },
    Case("two times", .failure(.malformed("a signature makes a statement of type 2 twice"))) { key in
      try key.message(hashed: ExampleOpenPGPKey.made() + ExampleOpenPGPKey.made() + key.issuer)
    },
    Case("another fingerprint", .failure(.unknownKey(claimed: String(repeating: "07", count: 20)))) { key in
      let signed = ExampleOpenPGPKey.made() + Packet.statement(33, [4] + [UInt8](repeating: 7, count: 20))
      return try Packet.packet(2, key.signature(0, over: hello, hashed: signed)) + Packet.literal(hello)
    },
    Case("a fingerprint of version 6", .failure(.unsupported("the signature of a key that is not of version 4"))) { key in
      try key.message(hashed: ExampleOpenPGPKey.made() + Packet.statement(33, [6] + [UInt8](repeating: 7, count: 32)))
    },
    Case("made before the key", .failure(.madeBeforeKey)) { key in
      try key.message(hashed: ExampleOpenPGPKey.made(key.createdAtSeconds - 1) + key.issuer)
    },
    Case("made in the future", .failure(.madeInTheFuture)) { key in
      try key.message(hashed: ExampleOpenPGPKey.made(Int(OpenPGPVector.juneOf2026) + 301) + key.issuer)
    },
    Case("text whose lines end in LF", .failure(.unsupported("a signed text whose lines do not end in CR LF"))) {
      try $0.message(Array("one\ntwo".utf8), kind: 1)
    },
    Case("text with a CR alone", .failure(.unsupported("a signed text whose lines do not end in CR LF"))) {
      try $0.message(Array("one\rtwo".utf8), kind: 1)
    },
    Case("text that ends in CR", .failure(.unsupported("a signed text whose lines do not end in CR LF"))) {
      try $0.message(Array("one\r".utf8), kind: 1)
    },
    Case("content of format l", .failure(.unsupported("content of an obsolete format"))) { key in
      try key.onePass() + Packet.literal(hello, format: "l") + signature(key)
    },
    Case("a signature in parts", .failure(.malformed("a packet in it comes in parts that it may not have"))) { key in
      [0xc2, 0xe9] + [UInt8](repeating: 0, count: 512) + [0]
    },
    Case("content until the end", .failure(.malformed("a packet in it has no length"))) { _ in [0xaf, 0x62, 0, 0, 0, 0, 0] },
    Case("a length of 4 GiB", .failure(.malformed("it is cut short"))) { _ in [0xcb, 0xff, 0xff, 0xff, 0xff, 0xff, 0x62] },
    Case("a part of 1 GiB", .failure(.malformed("it is cut short"))) { _ in [0xcb, 0xfe, 0x62, 0, 0, 0] },
    Case("many packets", .failure(.malformed("it holds more than 16 packets"))) { _ in
      [[UInt8]](repeating: Packet.literal([]), count: 17).flatMap { $0 }
    },
    Case("marker packet", .failure(.unsupported("a packet of type 10"))) {
      try Packet.packet(10, Array("PGP".utf8)) + $0.message()
    },
    Case("too long", .failure(.malformed("it is longer than 65536 bytes"))) {
      try $0.message([UInt8](repeating: 0x61, count: OpenPGPMessage.limitBytes))
    },
    Case("a byte behind the numbers", .failure(.badSignature)) { key in
      try key.onePass() + Packet.literal(hello) + Packet.packet(2, key.signature(0, over: hello) + [0])
    },
  ]

  @Test("is read in every form of one signed message", arguments: forms)
  func accepted(the: Case) throws { try check(the) }

  @Test("is refused with its cause when it is none", arguments: wrong)
  func refused(the: Case) throws { try check(the) }

  private func check(_ the: Case) throws {
    let key = ExampleOpenPGPKey()
    #expect(verdict(on: try the.message(key), by: try OpenPGPKey(bytes: key.block())) == the.expected)
  }

  @Test("by a subkey counts while both it and its primary key are good")
  func subkeyTimes() throws {
    let key = ExampleOpenPGPKey()
    var subkey = ExampleOpenPGPKey()
    subkey.createdAtSeconds += 1000
    let message = try subkey.message()
    func verdict(_ seconds: Int, statements: [UInt8] = [], of primary: [UInt8] = [], _ rule: OpenPGPKeyRule = .goodNow) throws
      -> Result<String, OpenPGPRefusal>
    {
      let binding = try key.binding(subkey, statements: statements, back: subkey)
      let message = try seconds == 0 ? message : subkey.message(hashed: ExampleOpenPGPKey.made(seconds) + subkey.issuer)
      return AttestationsTests.verdict(
        on: message, by: try OpenPGPKey(bytes: key.block(statements: primary, more: binding)), rule)
    }
    let short = ExamplePacket.statement(9, ExamplePacket.four(2000))
    let start = key.createdAtSeconds
    #expect(try verdict(0) == .success("hello\n"))
    #expect(try verdict(start + 999) == .failure(.madeBeforeKey))
    #expect(try verdict(start + 1999, of: short, .goodWhenSigned) == .success("hello\n"))
    #expect(try verdict(start + 1999, of: short) == .failure(.expiredKey))
    #expect(try verdict(start + 2000, of: short, .goodWhenSigned) == .failure(.madeAfterKeyExpired))
    #expect(try verdict(start + 2999, statements: short, .goodWhenSigned) == .success("hello\n"))
    #expect(try verdict(start + 3000, statements: short, .goodWhenSigned) == .failure(.madeAfterKeyExpired))
  }

  @Test("of Go's library is read, which writes the length of a number in whole bytes")
  func wholeBytes() throws {
    let key = ExampleOpenPGPKey()
    let judge = try OpenPGPKey(bytes: key.block())
    for number in 0..<32 {
      let content = Array("\(number)".utf8)
      let signature = try key.signature(0, over: content, inWholeBytes: true)
      let message = Packet.packet(2, signature) + Packet.literal(content)
      #expect(verdict(on: message, by: judge) == .success("\(number)"))
    }
  }

  @Test("may be deflated once, to at most 64 KiB, with nothing behind")
  func compression() throws {
    let key = ExampleOpenPGPKey()
    let judge = try OpenPGPKey(bytes: key.block())
    func deflated(_ bytes: [UInt8]) -> [UInt8] { Array(gzip(bytes).dropFirst(10).dropLast(8)) }
    let message = try key.message()
    let stream = deflated(message)
    let corrupt = OpenPGPRefusal.malformed("its compressed content is corrupt or cut short")
    func judged(_ body: [UInt8]) -> Result<String, OpenPGPRefusal> { verdict(on: Packet.packet(8, body), by: judge) }
    #expect(judged([1] + stream) == Self.isHello)
    #expect(verdict(on: [0xa3, 1] + stream, by: judge) == Self.isHello)
    #expect(judged([1] + stream + [0]) == .failure(corrupt))
    #expect(judged([1] + stream.dropLast()) == .failure(corrupt))
    #expect(judged([2] + stream) == .failure(corrupt))
    #expect(judged([1]) == .failure(corrupt))
    #expect(judged([]) == .failure(.malformed("it is cut short")))
    #expect(judged([0] + message) == .failure(.unsupported("content compressed with algorithm 0")))
    #expect(judged([3] + stream) == .failure(.unsupported("content compressed with bzip2")))
    let twice = deflated(Packet.packet(8, [1] + stream))
    #expect(judged([1] + twice) == .failure(.unsupported("compressed content inside of other packets")))
    #expect(verdict(on: Packet.packet(8, [1] + stream) + message, by: judge) == .failure(.severalMessages))
    let big = try key.message([UInt8](repeating: 0x61, count: OpenPGPMessage.limitBytes))
    #expect(judged([1] + deflated(big)) == .failure(.malformed("it inflates to more than 65536 bytes")))
    let fits = try key.message([UInt8](repeating: 0x61, count: OpenPGPMessage.limitBytes - 300))
    #expect(judged([1] + deflated(fits)) == .success(String(repeating: "a", count: OpenPGPMessage.limitBytes - 300)))
  }
}
