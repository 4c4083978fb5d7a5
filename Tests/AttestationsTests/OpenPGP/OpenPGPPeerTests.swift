import Attestations
import Foundation
import TestSupport
import Testing

/// One of the programs that sign and verify as we do, in a home of its own.
struct OpenPGPPeer: Sendable {
  let folder: TemporaryFolder

  static func path(of name: String) -> String? {
    ["/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].map { $0 + name }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("home"), withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path("home"))
  }

  /// What the program writes, and how it ends.
  @discardableResult
  func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.path(of: program)))
    process.arguments = arguments
    let output = folder.url.appending(path: "output-\(UUID().uuidString)")
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.start()
    process.waitForEnd()
    try handle.close()
    return (process.terminationStatus, Array(try Data(contentsOf: output)))
  }

  /// gpg without questions, at a time of ours.
  @discardableResult
  func gpg(_ arguments: [String], at time: String = "20260410T120000!") throws -> (status: Int32, output: [UInt8]) {
    let always = [
      "--homedir", folder.path("home"), "--batch", "--yes", "--quiet", "--no-tty", "--pinentry-mode", "loopback",
      "--passphrase", "", "--trust-model", "always", "--faked-system-time", time,
    ]
    return try run("gpg", always + arguments)
  }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try folder.write([name: bytes])
    return folder.path(name)
  }

  /// The content when gpg calls the signature good, with line ends as they are in the message.
  func gpgVerdict(on message: [UInt8]) throws -> [UInt8]? {
    let file = try write(message, to: "message")
    let answer = try gpg(["--status-fd", "1", "--output", folder.path("content"), "--decrypt", file])
    let status = String(decoding: answer.output, as: UTF8.self)
    guard answer.status == 0, status.contains("[GNUPG:] VALIDSIG ") else { return nil }
    return Array(try Data(contentsOf: folder.url.appending(path: "content")))
  }

  func endAgent() throws { try run("gpgconf", ["--homedir", folder.path("home"), "--kill", "all"]) }
}

@Suite("OpenPGP beside other programs", .serialized)
struct OpenPGPPeerTests {
  static let noonOfTenthApril2026: Int64 = 1_775_822_400

  static func contents() -> [[UInt8]] {
    var dice = HostileOpenPGPTests.Dice(state: 41)
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &dice) } }
    return [[], [0], Array("hello\n".utf8), bytes(191), bytes(192), bytes(8383), bytes(8384), bytes(20_000), Example.payload()]
  }

  @Test(
    "says what gpg says of gpg's own messages, whole and damaged",
    .enabled(if: OpenPGPPeer.path(of: "gpg") != nil, "gpg is not installed"),
    arguments: ["rsa2048", "rsa4096", "nistp256", "nistp384", "nistp521", "ed25519", "default", "future-default"])
  func gpg(algorithm: String) throws {
    let peer = try OpenPGPPeer()
    defer { try? peer.endAgent() }
    let usage = algorithm.hasSuffix("default") ? "default" : "sign,cert"
    try peer.gpg(["--quick-gen-key", "qa", algorithm, usage, "0"], at: "20260301T000000!")
    let key = try OpenPGPKey(armored: String(decoding: peer.gpg(["--armor", "--export", "qa"]).output, as: UTF8.self))
    var dice = HostileOpenPGPTests.Dice(state: 7)
    let options = [
      ["-z", "0"], ["--compress-algo", "zip"], ["--compress-algo", "zlib"], ["--digest-algo", "SHA512"],
    ]
    for (index, content) in Self.contents().enumerated() {
      let option = options[index % options.count]
      let file = try peer.write(content, to: "file")
      let form = index % 2 == 0 ? ["--armor"] : []
      let message = try peer.gpg(form + option + ["--output", "-", "--sign", file]).output
      #expect(!message.isEmpty)
      let ours = try OpenPGPMessage(parsing: message).verified(by: key, at: Self.noonOfTenthApril2026, .goodNow)
      #expect(ours.bytes == content)
      #expect(try peer.gpgVerdict(on: message) != nil)
      for _ in 0..<4 {
        var damaged = message
        let at = Int.random(in: 0..<damaged.count, using: &dice)
        damaged[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        guard let read = try? OpenPGPMessage(parsing: damaged),
          let ours = try? read.verified(by: key, at: Self.noonOfTenthApril2026, .goodNow)
        else { continue }
        // We may refuse what gpg mends; what we take, gpg takes and reads alike.
        let theirs = try peer.gpgVerdict(on: damaged)
        #expect(theirs == ours.bytes, "\(algorithm), byte \(at)")
      }
    }
  }

  @Test(
    "reads texts as gpg does, whose lines end in CR LF while they are signed",
    .enabled(if: OpenPGPPeer.path(of: "gpg") != nil, "gpg is not installed"))
  func gpgTexts() throws {
    let peer = try OpenPGPPeer()
    defer { try? peer.endAgent() }
    try peer.gpg(["--quick-gen-key", "qa", "ed25519", "sign,cert", "0"], at: "20260301T000000!")
    let key = try OpenPGPKey(armored: String(decoding: peer.gpg(["--armor", "--export", "qa"]).output, as: UTF8.self))
    for text in ["one", "one\n", "one \n\n\ttwo\t\nthree", "one\r\ntwo\r\n", "\n\n", ""] {
      let file = try peer.write(Array(text.utf8), to: "file")
      let message = try peer.gpg(["--textmode", "--output", "-", "--sign", file]).output
      let ours = try OpenPGPMessage(parsing: message).verified(by: key, at: Self.noonOfTenthApril2026, .goodNow)
      #expect(try peer.gpgVerdict(on: message) == ours.bytes.filter { $0 != 0x0d }, "\(text)")
    }
  }

  @Test(
    "finds the same end, names and signing keys in a key as gpg after each change of it",
    .enabled(if: OpenPGPPeer.path(of: "gpg") != nil, "gpg is not installed"))
  func gpgKeyChanges() throws {
    let peer = try OpenPGPPeer()
    defer { try? peer.endAgent() }
    func colons(_ kind: String) throws -> [[String]] {
      String(decoding: try peer.gpg(["--with-colons", "--list-keys", "qa"]).output, as: UTF8.self)
        .split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
        .filter { $0[0] == kind }
    }
    try peer.gpg(["--quick-gen-key", "qa", "ed25519", "sign,cert", "20270101T000000"], at: "20260301T000000!")
    let fingerprint = try #require(try colons("fpr").first?[9])
    for (day, change) in [
      ("02", ["--quick-set-expire", fingerprint, "20280101T000000"]), ("03", ["--quick-add-uid", fingerprint, "second qa"]),
      ("04", ["--quick-set-expire", fingerprint, "20270601T000000"]), ("05", ["--quick-revoke-uid", fingerprint, "qa"]),
      ("06", ["--quick-add-key", fingerprint, "nistp256/ecdsa", "sign", "20270301T000000"]),
      ("07", ["--quick-add-key", fingerprint, "cv25519", "encr", "0"]), ("08", ["--quick-set-expire", fingerprint, "0"]),
    ] {
      #expect(try peer.gpg(change, at: "202603\(day)T000000!").status == 0, "\(change)")
      let key = try OpenPGPKey(armored: String(decoding: peer.gpg(["--armor", "--export", "qa"]).output, as: UTF8.self))
      #expect(try colons("pub").map { Int64($0[6]) } == [key.expiresAtSeconds], "\(change)")
      let signers = try zip(colons("pub") + colons("sub"), colons("fpr")).filter { $0.0[11].contains("s") }.map { $0.1[9] }
      #expect(key.signerFingerprints == signers, "\(change)")
      #expect(Set(key.userIDs) == Set(try colons("uid").map { $0[9] }), "\(change)")
    }
  }

  @Test(
    "writes messages for its tests that gpg takes",
    .enabled(if: OpenPGPPeer.path(of: "gpg") != nil, "gpg is not installed"))
  func gpgTakesOurs() throws {
    let peer = try OpenPGPPeer()
    defer { try? peer.endAgent() }
    let key = ExampleOpenPGPKey()
    let subkey = ExampleOpenPGPKey()
    let block = try key.block(userID: "qa", more: key.binding(subkey, back: subkey))
    try peer.gpg(["--import", peer.write(block, to: "key")])
    let judge = try OpenPGPKey(bytes: block)
    let cases =
      try OpenPGPMessageTests.forms.map { ($0.testDescription, try $0.message(key)) } + [("a subkey", try subkey.message())]
    // Of a signer without a name gpg looks for none, and of June's message it says that it is of the future.
    for (name, message) in cases where name != "no name" && name != "signed five minutes ahead" {
      let theirs = try peer.gpgVerdict(on: message)
      let ours = try OpenPGPMessage(parsing: message).verified(by: judge, at: Self.noonOfTenthApril2026, .goodNow).bytes
      #expect(theirs == ours, "\(name)")
    }
  }

  @Test(
    "says what rnp says of rnp's messages and of damaged ones",
    .enabled(if: OpenPGPPeer.path(of: "gpg") != nil && OpenPGPPeer.path(of: "rnp") != nil, "gpg or rnp is not installed"),
    arguments: ["rsa2048", "nistp256", "nistp384", "nistp521", "ed25519"])
  func rnp(algorithm: String) throws {
    let peer = try OpenPGPPeer()
    defer { try? peer.endAgent() }
    try peer.gpg(["--quick-gen-key", "qa", algorithm, "sign,cert", "0"], at: "20260301T000000!")
    let secret = try peer.write(peer.gpg(["--export-secret-keys", "qa"]).output, to: "secret")
    let home = ["--homedir", peer.folder.path("rnp"), "--current-time", "2026-04-10", "--password", "", "--notty"]
    try FileManager.default.createDirectory(atPath: peer.folder.path("rnp"), withIntermediateDirectories: true)
    try peer.run("rnpkeys", home + ["--import", secret])
    let key = try OpenPGPKey(armored: String(decoding: peer.gpg(["--armor", "--export", "qa"]).output, as: UTF8.self))
    var dice = HostileOpenPGPTests.Dice(state: 8)
    let options = [["-z", "0"], ["--zip"], ["--zlib", "--armor"], ["--hash", "SHA512", "--armor"], ["--hash", "SHA384"]]
    for (index, content) in Self.contents().enumerated() where !content.isEmpty {
      let file = try peer.write(content, to: "file\(index)")
      let sign = ["--sign", "--userid", "qa", "--output", "-"] + options[index % options.count]
      let message = try peer.run("rnp", home + sign + [file]).output
      #expect(
        try OpenPGPMessage(parsing: message).verified(by: key, at: Self.noonOfTenthApril2026, .goodNow).bytes == content)
      for _ in 0..<4 {
        var damaged = message
        let at = Int.random(in: 0..<damaged.count, using: &dice)
        damaged[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        guard case .success = verdict(on: damaged, by: key, at: Self.noonOfTenthApril2026) else { continue }
        #expect(try peer.run("rnp", home + ["--verify", peer.write(damaged, to: "damaged")]).status == 0, "byte \(at)")
      }
    }
  }
}
