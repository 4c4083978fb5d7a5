import Audit
import Metadata
import Schemas
import Testing

@Suite("The order of installed versions")
struct InstalledVersionOrderingTests {
  @Test(
    "is that of the distribution's packager, and unknown elsewhere",
    arguments: [
      ("1:1.0", "2.0", "cpe:/o:debian:debian_linux:12", false), ("2.0", "1:1.0", "cpe:/o:debian:debian_linux:12", true),
      ("1.0~rc1", "1.0", "cpe:/o:canonical:ubuntu_linux:16.04", true),
      ("1.0~rc1", "1.0", "cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*", true),
      ("1.10-r0", "1.9-r0", "cpe:/o:alpinelinux:alpine_linux:3.18", false),
      ("1.9-r0", "1.10-r0", "cpe:/o:alpinelinux:alpine_linux:3.18", true),
      ("1.0", "1.0", "cpe:/o:debian:debian_linux:12", false),
      ("1.0", "2.0", "cpe:/o:redhat:enterprise_linux:9", nil), ("1.0", "2.0", "", nil),
      ("a b", "2.0", "cpe:/o:debian:debian_linux:12", nil), ("1.0", "", "cpe:/o:debian:debian_linux:12", nil),
      ("1.0", "x.y", "cpe:/o:alpinelinux:alpine_linux:3.18", nil),
    ] as [(String, String, String, Bool?)])
  func order(_ a: String, _ b: String, _ cpeURI: String, _ isEarlier: Bool?) {
    #expect(InstalledVersionOrdering().isEarlier(a, than: b, in: cpeURI) == isEarlier)
  }

  @Test(
    "decides ranges of versions",
    arguments: [
      ("4.9.0-1ubuntu1", true), ("4.9.2-0ubuntu0.16.04.1", false), ("4.8.9-1", false), ("4.9.1-1", true), ("1:4.9.1-1", false),
    ])
  func ranges(_ version: String, _ isContained: Bool) throws {
    let range = try VersionRange(parsing: ">=4.9.0-1 <4.9.2-0")
    let ubuntu = "cpe:/o:canonical:ubuntu_linux:16.04"
    #expect(range.contains(version, ubuntu, InstalledVersionOrdering()) == isContained)
  }
}
