import Audit
import Images
import TestSupport
import Testing

/// An image that holds just these files, all in layer 0.
func files(_ contents: [String: String], links: [String: String] = [:]) -> ImageFiles {
  let entries =
    contents.map { FileEntry(path: $0.key, kind: .file, mode: 0o644, layer: 0) }
    + links.map { FileEntry(path: $0.key, kind: .symbolicLink(target: $0.value), mode: 0o777, layer: 0) }
  return ImageFiles(entries: entries, contents: contents.mapValues { Array($0.utf8) })
}

@Suite("An inventory")
struct InventoryTests {
  private func dpkg(_ status: String) -> Inventory { Inventory(of: files(["/var/lib/dpkg/status": status])) }

  @Test("takes source and source version from dpkg, and the binary's own where none is written")
  func dpkgSources() {
    let found = dpkg(
      """
      Package: libssl3
      Status: install ok installed
      Installed-Size: 4
      Source: openssl
      Version: 3.0.1-1
      Architecture: amd64
      Description: text
       Version: 9 is no field here

      Package: login
      Status: hold ok installed
      Source: shadow (1:4.13-1)
      Version: 1:4.13-1+b1

      Package: tar
      Status: install ok installed
      Version: 1.34-1

      """
    ).packages
    #expect(found.map(\.name) == ["libssl3", "login", "tar"])
    #expect(found.map(\.sourceName) == ["openssl", "shadow", "tar"])
    #expect(found.map(\.sourceVersion) == ["3.0.1-1", "1:4.13-1", "1.34-1"])
    #expect(found.map(\.version) == ["3.0.1-1", "1:4.13-1+b1", "1.34-1"])
    #expect(found.first?.sizeBytes == 4096)
    #expect(found.first?.architecture == "amd64")
  }

  @Test(
    "leaves out what dpkg has taken away",
    arguments: [
      "deinstall ok config-files", "purge ok not-installed", "install reinstreq half-installed", "install ok unpacked",
    ])
  func notInstalled(_ status: String) {
    let found = dpkg("Package: a\nStatus: \(status)\nVersion: 1\n")
    #expect(found.packages.isEmpty)
    #expect(found.gaps.isEmpty)
  }

  @Test(
    "names what it cannot read",
    arguments: [
      "Package: a\nStatus: install ok installed\n", "Status: install ok installed\nVersion: 1\n", "Pakij: a\nVersion: 1\n",
      "Package: a\nVersion: 1\n", "Package: a\nStatus: install ok installed\nVersion: 1\ngarbage\n",
    ])
  func gaps(_ status: String) {
    #expect(!dpkg(status).gaps.isEmpty)
  }

  @Test("reads status.d as distroless images have it, without what lies beside")
  func statusFolder() {
    let found = Inventory(
      of: files([
        "/var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\nSource: base (11)\n",
        "/var/lib/dpkg/status.d/base.md5sums": "0123  usr/share/doc\n",
        "/var/lib/dpkg/status.d/libc6": "Package: libc6\nVersion: 2.36-9\nStatus: install ok installed\n",
        "/var/lib/dpkg/status.d/gone": "Package: gone\nVersion: 1\nStatus: deinstall ok config-files\n",
      ]))
    #expect(found.packages.map(\.name) == ["base-files", "libc6"])
    #expect(found.packages.map(\.sourceVersion) == ["11", "2.36-9"])
    #expect(found.packages.map(\.path) == ["/var/lib/dpkg/status.d/base", "/var/lib/dpkg/status.d/libc6"])
    #expect(found.gaps.isEmpty)
  }

  @Test("reads apk, of both places, once where they are one")
  func apk() throws {
    let database =
      "C:Q1x=\nP:libssl3\nV:3.1.4-r5\nA:x86_64\nI:100\nL:Apache-2.0\no:openssl\nF:lib\nR:libssl.so.3\n\nP:old\nV:1\n\n"
    let new = Inventory(of: files(["/usr/lib/apk/db/installed": database], links: ["/lib": "usr/lib"]))
    let old = Inventory(of: files(["/lib/apk/db/installed": database]))
    #expect(new.packages.count == 2)
    let libssl = try #require(old.packages.first)
    #expect(libssl.name == "libssl3")
    #expect((libssl.sourceName, libssl.sourceVersion) == ("openssl", "3.1.4-r5"))
    #expect((libssl.architecture, libssl.license, libssl.sizeBytes) == ("x86_64", "Apache-2.0", 100))
    #expect(old.packages.last?.sourceName == "old")
  }

  @Test("says that a database is there which could not be read")
  func unread() {
    let there = ImageFiles(entries: [FileEntry(path: "/var/lib/dpkg/status", kind: .file, mode: 0o644, layer: 0)])
    #expect(Inventory(of: there).gaps.count == 1)
    #expect(auditReads("/var/lib/dpkg/status"))
    #expect(auditReads("/var/lib/dpkg/status.d/libc6"))
    #expect(!auditReads("/var/lib/dpkg/status-old"))
    #expect(!auditReads("/etc/shadow"))
  }

  @Test("names no more gaps than a person reads")
  func boundedGaps() {
    #expect(dpkg(String(repeating: "Package: a\n\n", count: 5000)).gaps.count == 20)
  }
}

@Suite("The operating system of an image")
struct OperatingSystemTests {
  struct Case: CustomTestStringConvertible {
    let files: [String: String]
    var links: [String: String] = [:]
    let system: String
    let release: String?
    var testDescription: String { system }
  }

  @Test(
    "is told by its files",
    arguments: [
      Case(
        files: ["/usr/lib/os-release": "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n"],
        links: ["/etc/os-release": "../usr/lib/os-release"], system: "debian 12", release: "debian bookworm"),
      Case(files: ["/etc/os-release": "ID=debian\nVERSION_ID='8'\n"], system: "debian 8", release: "debian jessie"),
      Case(files: ["/etc/debian_version": "10.13\n"], system: "debian 10.13", release: "debian buster"),
      Case(
        files: ["/etc/os-release": "ID=debian\nVERSION_CODENAME=trixie\n", "/etc/debian_version": "trixie/sid\n"],
        system: "debian trixie/sid", release: "debian trixie"),
      Case(
        files: ["/etc/os-release": "ID=alpine\nVERSION_ID=3.10.4\n", "/etc/alpine-release": "3.10.4\n"],
        system: "alpine 3.10.4", release: "alpine v3.10"),
      Case(files: ["/etc/alpine-release": "2.7.9\n"], system: "alpine 2.7.9", release: "alpine v2.7"),
      Case(
        files: ["/etc/alpine-release": "3.21.0_alpha20240923\n"], system: "alpine 3.21.0_alpha20240923", release: "alpine edge"),
      Case(files: ["/etc/alpine-release": "3.16.0_rc2\n"], system: "alpine 3.16.0_rc2", release: "alpine v3.16"),
      Case(
        files: ["/etc/os-release": "ID=raspbian\nID_LIKE=debian\nVERSION_ID=\"12\"\n"], system: "raspbian 12", release: nil),
      Case(files: ["/etc/os-release": "ID=\"wolfi\"\nVERSION_ID=\"20230201\"\n"], system: "wolfi 20230201", release: nil),
      Case(files: ["/etc/os-release": "# ID=alpine\n  ID=Fedora\nVERSION_ID=35"], system: "fedora 35", release: nil),
    ])
  func named(_ the: Case) throws {
    let found = try #require(OperatingSystem(of: files(the.files, links: the.links)))
    #expect(found.description == the.system)
    #expect(found.release?.description == the.release)
  }

  @Test("is unknown where no file says it", arguments: [[:], ["/etc/os-release": ""], ["/etc/os-release": "NAME=x\nID=\n"]])
  func unknown(_ contents: [String: String]) {
    #expect(OperatingSystem(of: files(contents)) == nil)
  }

  @Test("has a name for occurrences")
  func cpe() {
    #expect(OperatingSystem(id: "debian", version: "12").cpeURI == "cpe:/o:debian:debian_linux:12")
    #expect(OperatingSystem(id: "my linux", version: "1:2").cpeURI == "cpe:/o:my_linux:my_linux:1_2")
  }
}
