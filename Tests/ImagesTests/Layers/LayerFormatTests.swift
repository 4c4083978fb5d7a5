import Images
import TestSupport
import Testing

/// Everything a visitor hears, as lines.
private struct Listener: TarVisitor {
  var members: [TarMember] = []
  var contents: [[UInt8]] = []

  mutating func begin(_ member: TarMember) -> Bool {
    members.append(member)
    contents.append([])
    return true
  }

  mutating func contents(_ bytes: Span<UInt8>) {
    for index in bytes.indices { contents[contents.count - 1].append(bytes[index]) }
  }

  mutating func end() {}
}

private func listen(_ bytes: [UInt8], pieces: Int) throws(ImageError) -> Listener {
  var parser = TarParser()
  var listener = Listener()
  var unpacker = Unpacker()
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = Array(rest.prefix(pieces))
    rest = rest.dropFirst(pieces)
    try unpacker.feed(piece) { (lent) throws(ImageError) in try parser.feed(lent, to: &listener) }
  }
  try unpacker.finish { (lent) throws(ImageError) in try parser.feed(lent, to: &listener) }
  try parser.finish()
  return listener
}

private let sound = TarBuilder.build { tar in
  tar.file("short", "12345", mode: 0o4755, user: 1000, group: 0o7777777)
  tar.pax([("path", "pax/" + String(repeating: "ü", count: 100)), ("size", "3"), ("uid", "4000000000"), ("mtime", "1.5")])
  tar.file("x", "abc")
  tar.gnuLong("L", "gnu/" + String(repeating: "n", count: 200))
  tar.gnuLong("K", "to/" + String(repeating: "k", count: 200))
  tar.link("x", to: "y")
  tar.member("g", "g", contents: Array("19 path=overridden\n".utf8))
  tar.member("sizeless/", "5", sizeField: Array("00000001000\u{0}".utf8))
  tar.file("last", String(repeating: "z", count: 1300))
}

@Suite("A tar archive")
struct TarParserTests {
  @Test("reads the same whatever the pieces it comes in", arguments: [1, 7, 511, 512, 513, 1 << 20])
  func pieces(_ size: Int) throws {
    let heard = try listen(sound, pieces: size)
    let names = [
      "short", "pax/" + String(repeating: "ü", count: 100), "gnu/" + String(repeating: "n", count: 200), "sizeless/", "last",
    ]
    #expect(heard.members.map(\.name) == names)
    #expect(heard.members[0].mode == 0o4755 && heard.members[0].userID == 1000 && heard.members[0].groupID == 0o7777777)
    #expect(heard.members[1].userID == 4_000_000_000)
    #expect(heard.members[2].kind == .symbolicLink(target: "to/" + String(repeating: "k", count: 200)))
    #expect(heard.members[3].sizeBytes == 0)
    #expect(heard.contents.map(\.count) == [5, 3, 0, 0, 1300])
  }

  @Test("tells where the contents of its members are")
  func offsets() throws {
    let heard = try listen(sound, pieces: 100)
    let first = heard.members[0]
    let start = Int(first.contentsOffset)
    #expect(Array(sound[start..<start + 5]) == Array("12345".utf8))
    let last = try #require(heard.members.last)
    #expect(sound[Int(last.contentsOffset)] == UInt8(ascii: "z") && sound[Int(last.contentsOffset) - 1] == 0)
  }

  @Test("ends at two blocks of zeros, whatever follows")
  func ending() throws {
    let bytes = TarBuilder.build { $0.file("a", "1") } + TarBuilder.build { $0.file("b", "2") }
    #expect(try listen(bytes, pieces: 512).members.map(\.name) == ["a"])
  }

  @Test("may lack the blocks of zeros")
  func noZeros() throws {
    let whole = TarBuilder.build { $0.file("a", "1") }
    #expect(try listen(Array(whole.dropLast(1024)), pieces: 100).members.count == 1)
    #expect(try listen([], pieces: 1).members.isEmpty)
  }

  struct Broken: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var code = "malformed-layer"
    var testDescription: String { name }
  }

  private static func built(_ add: (inout TarBuilder) -> Void) -> [UInt8] { TarBuilder.build(add) }

  private static func flipped(_ offset: Int) -> [UInt8] {
    var bytes = built { $0.file("a", "1") }
    bytes[offset] ^= 1
    return bytes
  }

  @Test(
    "that is broken is refused",
    arguments: [
      Broken(name: "checksum", bytes: flipped(0)),
      Broken(name: "negative size", bytes: built { $0.member("a", "0", sizeField: [UInt8](repeating: 0xFF, count: 12)) }),
      Broken(
        name: "size over 63 bits",
        bytes: built { $0.member("a", "0", sizeField: [0x80, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)) }),
      Broken(name: "size that is text", bytes: built { $0.member("a", "0", sizeField: Array("0000000000x\u{0}".utf8)) }),
      Broken(name: "cut in a member", bytes: Array(built { $0.file("a", "12345") }.prefix(514))),
      Broken(name: "cut in a header", bytes: Array(built { $0.file("a", "12345") }.prefix(100))),
      Broken(name: "lone block of zeros", bytes: [UInt8](repeating: 0, count: 512) + built { $0.file("a") }),
      Broken(
        name: "pax length too long",
        bytes: built {
          $0.member("p", "x", contents: Array("99 path=a\n".utf8)); $0.file("b")
        }),
      Broken(
        name: "pax length huge",
        bytes: built {
          $0.member("p", "x", contents: Array("99999999999999999999 path=a\n".utf8)); $0.file("b")
        }),
      Broken(
        name: "pax length zero",
        bytes: built {
          $0.member("p", "x", contents: Array("0 path=a\n".utf8)); $0.file("b")
        }),
      Broken(
        name: "pax without key",
        bytes: built {
          $0.pax([("", "a")]); $0.file("b")
        }),
      Broken(
        name: "pax path with a zero byte",
        bytes: built {
          $0.pax([("path", "a\u{0}b")]); $0.file("b")
        }),
      Broken(
        name: "pax negative size",
        bytes: built {
          $0.pax([("size", "-1")]); $0.file("b")
        }),
      Broken(
        name: "user over 32 bits",
        bytes: built {
          $0.pax([("uid", "4294967296")]); $0.file("b")
        }),
      Broken(name: "sparse, GNU", bytes: built { $0.member("a", "S") }, code: "unsupported-media-type"),
      Broken(
        name: "sparse, pax",
        bytes: built {
          $0.pax([("GNU.sparse.major", "1")]); $0.file("b")
        }, code: "unsupported-media-type"),
      Broken(
        name: "pax header of 2 MiB", bytes: built { $0.member("p", "x", contents: [UInt8](repeating: 32, count: 2 << 20)) },
        code: "over-limit"),
    ])
  func refusals(_ the: Broken) {
    for pieces in [64, 512, 1 << 22] {
      #expect { try listen(the.bytes, pieces: pieces) } throws: { ($0 as? ImageError)?.code == the.code }
    }
  }
}

@Suite("A compressed layer")
struct UnpackerTests {
  @Test("may have many gzip members, cut anywhere", arguments: [1, 2, 100, 1 << 20])
  func members(_ pieces: Int) throws {
    let half = sound.count / 2
    let packed = gzip(Array(sound[..<half])) + gzip([]) + gzip(Array(sound[half...]))
    #expect(try listen(packed, pieces: pieces).members.count == 5)
  }

  @Test(
    "that is broken is refused",
    arguments: [
      ("cut short", Array(gzip(sound).dropLast(5)), "malformed-layer"),
      ("cut in its header", Array(gzip(sound).prefix(8)), "malformed-layer"),
      ("wrong checksum", Array(gzip(sound).dropLast(8)) + [0, 0, 0, 0] + Array(gzip(sound).suffix(4)), "malformed-layer"),
      ("bytes after the end", gzip(sound) + [1, 2, 3], "malformed-layer"),
      ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0], "unsupported-media-type"),
      ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 0], "unsupported-media-type"),
      ("bzip2", Array("BZh91AY".utf8), "unsupported-media-type"),
    ] as [(String, [UInt8], String)])
  func refusals(_ name: String, _ bytes: [UInt8], _ code: String) {
    for pieces in [1, 5, 1 << 20] {
      #expect { try listen(bytes, pieces: pieces) } throws: { ($0 as? ImageError)?.code == code }
    }
  }
}
