import Images
import TestSupport
import Testing

/// Reads an image of `tars` and keeps everything.
func files(
  _ tars: [[UInt8]], limits: LayerLimits = LayerLimits(), keep: @escaping @Sendable (String) -> Bool = { _ in true }
) async throws -> ImageFiles {
  let image = TestImage(tars: tars)
  let source = MemoryRepository([(image, tag: nil)])
  return try await ImageContents.read(.digest(image.digest), from: source, limits: limits, keep: keep).files
}

private func text(_ files: ImageFiles, _ path: String) -> String? {
  files.contents(of: path).map { String(decoding: $0, as: UTF8.self) }
}

private func tar(_ add: (inout TarBuilder) -> Void) -> [UInt8] { TarBuilder.build(add) }

@Suite("The files of an image")
struct ImageFilesTests {
  @Test("are those of the highest layer that speaks of them")
  func overlay() async throws {
    let lower = tar {
      $0.directory("etc/")
      $0.file("./etc/passwd", "root", mode: 0o644, user: 1, group: 2)
      $0.file("bin/su", mode: 0o4755)
    }
    let upper = tar { $0.file("etc/passwd", "root and me", mode: 0o600) }
    let merged = try await files([lower, upper])
    #expect(Set(merged.entries.keys) == ["/", "/etc", "/etc/passwd", "/bin", "/bin/su"])
    #expect(text(merged, "/etc/passwd") == "root and me")
    #expect(merged.entries["/etc/passwd"]?.layer == 1)
    #expect(merged.entries["/bin/su"]?.mode == 0o4755)
    #expect(merged.oddities.isEmpty)
  }

  @Test("lose what a whiteout takes away, and only that of lower layers")
  func whiteouts() async throws {
    let lower = tar {
      $0.file("a/one", "1")
      $0.file("a/two", "2")
      $0.file("b/three", "3")
      $0.file("c/four", "4")
    }
    let upper = tar {
      $0.file("b/new", "n")
      $0.file("b/.wh..wh..opq")
      $0.file("a/.wh.one")
      $0.file("a/one/again", "1")
      $0.file(".wh.c")
      $0.file(".wh..wh.plnk")
    }
    let merged = try await files([lower, upper])
    #expect(Set(merged.entries.keys) == ["/", "/a", "/a/one", "/a/one/again", "/a/two", "/b", "/b/new"])
    #expect(merged.oddities.isEmpty)
  }

  @Test("under a directory that became a file are gone, and stay gone when it is a directory again")
  func replacedDirectory() async throws {
    let merged = try await files([
      tar { $0.file("d/old", "x") }, tar { $0.file("d", "now a file") }, tar { $0.file("d/new", "y") },
    ])
    #expect(Set(merged.entries.keys) == ["/", "/d", "/d/new"])
  }

  @Test("can be reached through links, which never leave the image")
  func links() async throws {
    let merged = try await files([
      tar {
        $0.file("usr/lib/os-release", "ID=debian")
        $0.link("etc/os-release", to: "../usr/lib/os-release")
        $0.link("lib", to: "usr/lib")
        $0.link("up", to: "../../../../usr/lib/os-release")
        $0.link("loop", to: "loop")
        $0.hardLink("copy", to: "usr/lib/os-release")
      }
    ])
    for path in ["/etc/os-release", "/lib/os-release", "/up", "/copy"] { #expect(text(merged, path) == "ID=debian", "\(path)") }
    #expect(merged.entry(at: "/loop") == nil)
    #expect(merged.entries["/copy"]?.sizeBytes == 9)
  }

  @Test("through a link of the same layer land where unpacking would put them")
  func throughLink() async throws {
    let merged = try await files([
      tar {
        $0.link("a", to: "b/../c")
        $0.file("a/x", "1")
        $0.link("l", to: "m")
        $0.link("m", to: "l")
        $0.file("l/y", "2")
      }
    ])
    #expect(merged.entries["/c/x"] != nil)
    #expect(merged.oddities.map(\.code) == ["link-loop"])
  }

  @Test("in a directory that their own layer took away stand in a new one")
  func whiteoutAndParent() async throws {
    let merged = try await files([
      tar {
        $0.directory("a", mode: 0o700); $0.file("a/b/old", "1")
      },
      tar {
        $0.file("a/b/new", "2"); $0.file(".wh.a")
      },
    ])
    #expect(Set(merged.entries.keys) == ["/", "/a", "/a/b", "/a/b/new"])
    #expect(merged.entries["/a"] == FileEntry(path: "/a", kind: .directory, mode: 0o755, layer: 1))
  }

  @Test("are kept by where they stand, and a link to what was not kept is odd")
  func keptByPlace() async throws {
    let merged = try await files(
      [
        tar {
          $0.link("x", to: "var/lib/dpkg")
          $0.file("x/status", "Package: a")
          $0.file("hidden", "Package: b")
          $0.hardLink("var/lib/dpkg/available", to: "hidden")
        }
      ], keep: { $0.hasPrefix("/var/lib/dpkg/") })
    #expect(text(merged, "/var/lib/dpkg/status") == "Package: a")
    #expect(text(merged, "/var/lib/dpkg/available") == nil)
    #expect(merged.oddities == [ImageFiles.Oddity(code: "unread-hard-link", path: "/var/lib/dpkg/available", layer: 0)])
  }

  @Test("hide a link of a lower layer by the directory they need, and say so")
  func hiddenLink() async throws {
    let merged = try await files([tar { $0.link("lib", to: "usr/lib") }, tar { $0.file("lib/x", "1") }])
    #expect(merged.entries["/lib"]?.kind == .directory)
    #expect(merged.entries["/lib/x"] != nil)
    #expect(merged.oddities.map(\.code) == ["hidden-by-directory"])
  }

  @Test("outside the root are no files of the image but oddities")
  func unsafePaths() async throws {
    let merged = try await files([
      tar {
        $0.file("../../../../tmp/pwned", "x")
        $0.file("/abs/pwned", "x")
        $0.file("a/../../b", "x")
        $0.hardLink("h", to: "../../etc/shadow")
        $0.file("ok.txt", "fine")
      }
    ])
    #expect(Set(merged.entries.keys) == ["/", "/abs", "/abs/pwned", "/ok.txt"])
    #expect(merged.oddities.map(\.code) == Array(repeating: "unsafe-path", count: 4))
    #expect(merged.oddities.map(\.path).contains("../../../../tmp/pwned"))
  }

  @Test("written twice in one layer are those written last, and odd")
  func duplicates() async throws {
    let merged = try await files([
      tar {
        $0.file("a", "1"); $0.file("a", "2"); $0.directory("d"); $0.directory("d")
      }
    ])
    #expect(text(merged, "/a") == "2")
    #expect(merged.oddities.map(\.code) == ["duplicate-entry"])
  }

  @Test("have no contents unless they were asked for")
  func keeping() async throws {
    let merged = try await files(
      [
        tar {
          $0.file("a", "1"); $0.file("b", "2")
        }
      ], keep: { $0 == "/b" })
    #expect(text(merged, "/a") == nil)
    #expect(text(merged, "/b") == "2")
    #expect(merged.entries["/a"]?.sizeBytes == 1)
  }

  struct Bomb: Sendable, CustomTestStringConvertible {
    let name: String
    let tar: [UInt8]
    var limits = LayerLimits()
    var testDescription: String { name }
  }

  private static func limits(_ change: (inout LayerLimits) -> Void) -> LayerLimits {
    var limits = LayerLimits()
    change(&limits)
    return limits
  }

  @Test(
    "are refused past a limit",
    arguments: [
      Bomb(name: "128 MiB of zeros", tar: tar { $0.file("zeros", bytes: [UInt8](repeating: 0, count: 128 << 20)) }),
      Bomb(name: "a size of 2^62", tar: tar { $0.member("big", "0", sizeField: [0x80, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]) }),
      Bomb(name: "too many files", tar: tar { for n in 0..<20 { $0.file("f\(n)") } }, limits: limits { $0.entries = 19 }),
      Bomb(
        name: "too many files under one name", tar: tar { for _ in 0..<20 { $0.file("f") } }, limits: limits { $0.entries = 19 }),
      Bomb(
        name: "too many implied parents", tar: tar { for n in 0..<9 { $0.file("\(n)/b/c/d/e/f") } },
        limits: limits { $0.entries = 10 }),
      Bomb(
        name: "too large a file to keep", tar: tar { $0.file("a", bytes: [UInt8](repeating: 1, count: 2000)) },
        limits: limits { $0.keptFileBytes = 1999 }),
      Bomb(
        name: "too much to keep",
        tar: tar {
          $0.file("a", "12345"); $0.file("b", "12345")
        }, limits: limits { $0.keptBytes = 9 }),
      Bomb(name: "too large a layer", tar: tar { $0.file("a", "1") }, limits: limits { $0.layerBytes = 2047 }),
      Bomb(name: "too deep a path", tar: tar { $0.file("a/a/a/a") }, limits: limits { $0.depth = 3 }),
      Bomb(
        name: "too long a path",
        tar: tar {
          $0.pax([("path", String(repeating: "a", count: 4097))]); $0.file("x")
        }),
    ])
  func bombs(_ the: Bomb) async {
    await #expect { try await files([the.tar], limits: the.limits) } throws: { ($0 as? ImageError)?.code == "over-limit" }
  }

  @Test("share one allowance over all layers")
  func sharedAllowance() async {
    let layer = tar {
      $0.file("a", "1"); $0.file("b", "1")
    }
    await #expect { try await files([layer, layer], limits: Self.limits { $0.entries = 3 }) } throws: {
      ($0 as? ImageError)?.code == "over-limit"
    }
  }
}
