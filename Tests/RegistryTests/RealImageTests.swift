import Images
import Registry
import TestSupport
import Testing

private func read(_ location: String) async throws -> ImageContents {
  let (source, name) = try await ImageLocation(parsing: location).open(RegistryClient())
  return try await ImageContents.read(name, from: source) { path in
    ["/lib/apk/db/installed", "/etc/os-release", "/usr/lib/os-release", "/var/lib/dpkg/status"].contains(path)
  }
}

private func text(_ contents: ImageContents, _ path: String) -> String {
  String(decoding: contents.files.contents(of: path) ?? [], as: UTF8.self)
}

@Suite("A real image", .enabled(if: SharedData.has("images/debian"), "needs the shared data beside the checkout"))
struct RealImageTests {
  @Test("of Alpine, as docker save wrote it", arguments: [("alpine-310", "3.10"), ("alpine-311", "3.11")])
  func dockerArchive(_ file: String, _ version: String) async throws {
    let image = try await read("docker-archive:\(SharedData.path("images/docker-archive/\(file).tar.gz"))")
    #expect(text(image, "/lib/apk/db/installed").split(separator: "\n").filter { $0.hasPrefix("P:") }.count == 14)
    #expect(text(image, "/etc/os-release").contains("VERSION_ID=\(version)"))
    #expect(image.files.entries["/bin/busybox"]?.mode == 0o755)
    #expect(image.files.entries["/bin/sh"]?.kind == .symbolicLink(target: "/bin/busybox"))
    #expect(image.files.oddities.isEmpty)
    #expect(image.configuration.diffIDs == image.layers.map(\.diffID))
  }

  @Test(
    "of Debian, as a layout archive",
    arguments: [
      ("bullseye-20261121-slice", "sha256:0cd009a4489ac5921029c41096a0484175b734fca27feb6266c30ae3835c2b11", 112),
      ("bookworm-20261121-slice-docs", "sha256:4807181dc3b671a5487be099366364d528dd77bcf74522b9447e6315d338c373", 118),
    ])
  func layoutArchive(_ file: String, _ digest: String, _ packages: Int) async throws {
    let image = try await read("oci-archive:\(SharedData.path("images/debian/\(file).oci.tar"))")
    #expect("\(image.digest)" == digest)
    #expect(text(image, "/var/lib/dpkg/status").split(separator: "\n").filter { $0.hasPrefix("Package: ") }.count == packages)
    #expect(text(image, "/etc/os-release").contains("ID=debian"))
  }

  @Test(
    "may be a root file system as one gzip layer",
    arguments: [
      "alpine-minirootfs-3.9.6-x86_64", "alpine-minirootfs-3.20.3-x86_64", "busybox-glibc-amd64.rootfs",
      "busybox-musl-amd64.rootfs",
    ])
  func rootfs(_ file: String) async throws {
    let blob = try SharedData.bytes("images/rootfs/\(file).tar.gz")
    var hash = ContentHash(.sha256)
    var unpacker = Unpacker()
    try unpacker.feed(blob) { (bytes) throws(ImageError) in bytes.withUnsafeBytes { hash.update($0) } }
    let image = TestImage(layerBlobs: [blob], diffIDs: [hash.digest()])
    let read = try await ImageContents.read(.tag("v1"), from: MemoryRepository([(image, tag: "v1")], chunkBytes: 65536)) {
      $0 == "/etc/passwd"
    }
    #expect(read.files.entry(at: "/bin/sh")?.kind == .file)
    #expect(text(read, "/etc/passwd").hasPrefix("root:x:0:0"))
    #expect(read.files.oddities.isEmpty)
  }

  /// What each hostile tar of osv-scalibr and claircore is for stands in its name.
  @Test(
    "that is hostile is read inside the image, or refused with a reason",
    arguments: [
      ("image-basic", nil), ("image-empty", "registry-not-found"), ("image-multiple-files", nil), ("image-overwrite-file", nil),
      ("image-single-file", nil), ("image-symlink-attack", nil), ("image-symlink-basic", nil), ("image-symlink-cycle", nil),
      ("image-symlink-dangling", nil), ("image-symlink-depth-exceeded", nil), ("image-two-files", nil), ("unpack-basic", nil),
      ("unpack-dangling-symlinks", nil), ("unpack-permissions", nil), ("unpack-symlinks", nil),
      ("unpack-escape", "registry-not-found"),
    ] as [(String, String?)])
  func hostile(_ file: String, _ code: String?) async throws {
    do {
      let image = try await read("docker-archive:\(SharedData.path("images/hostile/\(file).tar"))")
      #expect(code == nil)
      for path in image.files.entries.keys { _ = image.files.entry(at: path) }
    } catch {
      #expect((error as? any Problem)?.code == code, "\(error)")
    }
  }

  @Test("whose layer would escape keeps to its root", arguments: ["unpack-escape", "claircore-bad_name", "claircore-concat"])
  func layer(_ file: String) async throws {
    let image = TestImage(tars: [try SharedData.bytes("images/hostile/\(file).tar")])
    let read = try await ImageContents.read(.tag("v1"), from: MemoryRepository([(image, tag: "v1")])) { _ in true }
    #expect(read.files.entries.keys.allSatisfy { $0.hasPrefix("/") && !$0.contains("/../") })
    if file == "unpack-escape" { #expect(read.files.oddities.contains { $0.code == "unsafe-path" }) }
  }
}
