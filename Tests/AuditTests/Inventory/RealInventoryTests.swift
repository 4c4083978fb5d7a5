import Audit
import Images
import TestSupport
import Testing

@Suite("Inventories of real images")
struct RealInventoryTests {
  private static let folder = "images/pkgdb"
  private static let hasData = SharedData.has(folder)

  struct Alpine: CustomTestStringConvertible {
    let name: String
    let system: String
    let packages: Int
    var testDescription: String { name }
  }

  @Test(
    "list Alpine's packages (needs ../shared/data)", .enabled(if: hasData, "../shared/data is absent"),
    arguments: [
      Alpine(name: "alpine-2.7.9-library", system: "alpine 2.7.9", packages: 13),
      Alpine(name: "alpine-3.9.0-library", system: "alpine 3.9.0", packages: 14),
      Alpine(name: "alpine-3.20.3", system: "alpine 3.20.3", packages: 14),
      Alpine(name: "alpine-20240923", system: "alpine 3.21.0_alpha20240923", packages: 14),
    ])
  func alpine(_ the: Alpine) throws {
    var contents: [String: String] = [:]
    for path in ["/etc/alpine-release", "/etc/os-release", "/lib/apk/db/installed"]
    where SharedData.has("\(Self.folder)/\(the.name)\(path)") {
      contents[path] = String(decoding: try SharedData.bytes("\(Self.folder)/\(the.name)\(path)"), as: UTF8.self)
    }
    let found = Inventory(of: files(contents))
    #expect(found.operatingSystem?.description == the.system)
    #expect(found.packages.count == the.packages)
    #expect(found.gaps.isEmpty)
    #expect(found.packages.allSatisfy { AlpineVersion($0.version).isWellFormed && !$0.sourceName.isEmpty })
  }

  @Test(
    "list what Debian databases hold (needs ../shared/data)", .enabled(if: hasData, "../shared/data is absent"),
    arguments: [
      ("syft/var/lib/dpkg/status.d/multiple", 2, true), ("syft/var/lib/dpkg/status.d/deinstall", 1, false),
      ("syft/var/lib/dpkg/status.d/corrupt", 0, true), ("syft/var/lib/dpkg/status.d/single", 1, false),
      ("claircore/debian-only.status", 1, false), ("claircore/texlive.status", 357, false),
    ])
  func debian(_ path: String, _ packages: Int, _ hasGaps: Bool) throws {
    let status = String(decoding: try SharedData.bytes("images/dpkg/\(path)"), as: UTF8.self)
    let found = Inventory(of: files(["/var/lib/dpkg/status": status]))
    #expect(found.packages.count == packages)
    #expect(found.gaps.isEmpty != hasGaps)
  }
}
