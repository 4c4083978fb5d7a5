import Images
import Testing

@Suite("Who an image runs as")
struct RunningUserTests {
  private let accounts = files([
    "/etc/passwd": """
    root:x:0:0:root:/root:/bin/sh
    nobody:x:65534:65534::/:/bin/false
    toor:x:0:0::/:/bin/sh
    odd:x:abc:100::/:/bin/sh
    web:x:1000:1000::/:/bin/sh
    admin:x:1001:0::/:/bin/sh
    4242:x:0:0::/:/bin/sh
    huge:x:4294967296:1::/:/bin/sh

    """, "/etc/group": "root:x:0:\nweb:x:1000:\n",
  ])

  @Test(
    "is root",
    arguments: [
      "", "0", "root", "0:0", "0:1000", "00", "root:root", "+0", "-0", "toor", "toor:web", "odd", ":1000", "0:nogroup",
    ])
  func root(_ user: String) {
    guard case .root = RunningUser(user, in: accounts) else {
      Issue.record("\(user) runs as \(RunningUser(user, in: accounts))")
      return
    }
  }

  @Test(
    "cannot be told",
    arguments: [
      "-1", "4294967296", "4294967297", "2147483648", "0x0", " 1000", "1000 ", "nouser", "huge", "1000:nogroup", "1000:-1",
      "1000:2147483648", "99999999999999999999", "root ", "٠",
    ])
  func invalid(_ user: String) {
    guard case .invalid = RunningUser(user, in: accounts) else {
      Issue.record("\(user) runs as \(RunningUser(user, in: accounts))")
      return
    }
  }

  @Test(
    "is somebody without rights",
    arguments: [
      ("1000", 1000, 1000), ("1000:0", 1000, 0), ("nobody", 65534, 65534), ("web:root", 1000, 0),
      ("2147483647", 2_147_483_647, 0),
      ("4242", 4242, 0), ("admin", 1001, 0), ("nobody:1", 65534, 1), ("1000:", 1000, 1000),
    ])
  func user(_ text: String, _ id: Int, _ group: Int) {
    #expect(RunningUser(text, in: accounts) == .user(id: id, group: group))
  }

  @Test("is root by its name even where no passwd file says so, and nobody is not known then")
  func withoutAccounts() {
    guard case .root = RunningUser("root", in: ImageFiles()), case .invalid = RunningUser("nobody", in: ImageFiles()) else {
      Issue.record("an image without accounts")
      return
    }
  }

  @Test(
    "needs the image's accounts only for names",
    arguments: [
      ("", false), ("1000", false), ("1000:1000", false), ("00", false), ("web", true), ("1000:web", true), ("0x1", true),
    ])
  func needs(_ user: String, _ expected: Bool) {
    #expect(RunningUser.needsAccounts(user) == expected)
  }

  @Test("follows the image's own accounts: a root that is not 0, a nobody that is")
  func remapped() {
    let odd = files(["/etc/passwd": "root:x:5:5::/:\nnobody:x:0:0::/:\n"])
    #expect(RunningUser("root", in: odd) == .user(id: 5, group: 5))
    guard case .root = RunningUser("nobody", in: odd) else {
      Issue.record("nobody has id 0 here")
      return
    }
  }
}

/// An image that holds just these files.
private func files(_ contents: [String: String]) -> ImageFiles {
  ImageFiles(
    entries: contents.keys.map { FileEntry(path: $0, kind: .file, mode: 0o644, layer: 0) },
    contents: contents.mapValues { Array($0.utf8) })
}
