import Images
import Registry
import Synchronization
import TestSupport
import Testing

private let image = TestImage(tars: [TarBuilder.build { $0.file("etc/os-release", "ID=debian") }])
private let password = "SENTINEL-PASSWORD"
private let certificate = Result { try TestCertificate() }

/// The four test hosts on one fake server, and a client that knows them.
private struct World {
  let server: FakeServer
  let client: RegistryClient
  let dialled: Dialled

  final class Dialled: Sendable {
    private let all = Mutex<[String]>([])
    var hosts: [String] { all.withLock { $0 } }
    func add(_ host: String) { all.withLock { $0.append(host) } }
  }

  init(
    tokenHosts: Set<String> = [], hasCredential: Bool = true, change: (inout RegistrySettings) -> Void = { _ in },
    _ answer: @escaping @Sendable (Asked) -> Reply
  ) async throws {
    let certificate = try certificate.get()
    server = try await FakeServer(certificate: certificate, answer)
    var settings = RegistrySettings()
    settings.requestDeadline = .seconds(5)
    for name in TestCertificate.names {
      settings.hosts[name] = HostSettings(connect: "127.0.0.1:\(server.port)", caFile: certificate.certificateFile)
    }
    settings.hosts["registry.example.test"]?.tokenHosts = tokenHosts
    if hasCredential {
      settings.hosts["registry.example.test"]?.credential = Credential(user: "ci", password: Redacted(password))
    }
    change(&settings)
    let dialled = Dialled()
    self.dialled = dialled
    client = RegistryClient(
      settings: settings,
      resolver: Resolver { (host) async throws(RegistryError) in
        dialled.add(host)
        let known: [String: [UInt8]] = [
          "127.0.0.1": [127, 0, 0, 1], "169.254.169.254": [169, 254, 169, 254], "metadata.google.internal": [169, 254, 169, 254],
          "rebind.example.test": [127, 0, 0, 1], "localhost": [127, 0, 0, 1],
        ]
        guard let address = known[host].flatMap(Address.init) else { throw .unreachable(host: host, because: "unknown") }
        return address
      })
  }

  func repository(_ name: String = "registry.example.test/prod/web") throws -> RegistryRepository {
    try client.repository(Repository(parsing: name))
  }

  /// Runs `work` and answers the code of its error, nil when it has none.
  func code(_ work: () async throws -> some Any) async -> String? {
    do {
      _ = try await work()
      return nil
    } catch {
      return (error as? any Problem)?.code ?? "\(error)"
    }
  }

  func end() async throws {
    await client.shutdown()
    try await server.stop()
  }
}

private func serve(_ asked: Asked) -> Reply {
  let name = asked.target.split(separator: "/").last.map(String.init) ?? ""
  if asked.target.contains("/manifests/") {
    return Reply(
      headers: [("Content-Type", image.mediaType.text), ("Docker-Content-Digest", "\(image.digest)")], body: image.manifest)
  }
  guard let digest = try? Digest(parsing: name), let blob = image.blobs[digest] else { return Reply(status: 404) }
  return Reply(body: blob)
}

@Suite("A registry client", .enabled(if: TestCertificate.canBeMade, "needs openssl to make a certificate"))
struct RegistryClientTests {
  @Test("reads an image, every byte checked")
  func reading() async throws {
    let world = try await World(serve)
    let read = try await ImageContents.read(.tag("v1"), from: world.repository()) { _ in true }
    #expect(read.digest == image.digest)
    #expect(read.files.contents(of: "/etc/os-release") == Array("ID=debian".utf8))
    #expect(world.server.asked.allSatisfy { $0.host == "registry.example.test" && $0.authorization == nil })
    try await world.end()
  }

  @Test("looks a tag up once")
  func resolving() async throws {
    let world = try await World(serve)
    let pinned = try await world.client.resolve(ImageReference(parsing: "registry.example.test/prod/web:v1"))
    #expect(pinned.digest == image.digest)
    #expect(world.server.asked.map(\.target) == ["/v2/prod/web/manifests/v1"])
    try await world.end()
  }

  @Test("does not believe what the registry says of a digest", arguments: ["Docker-Content-Digest", "bytes", "Content-Type"])
  func lies(_ what: String) async throws {
    let world = try await World { asked in
      var reply = serve(asked)
      if what == "Docker-Content-Digest" { reply.headers = [("Docker-Content-Digest", "\(Digest(sha256Of: [1]))")] }
      if what == "bytes" { reply.body += [32] }
      if what == "Content-Type" { reply.headers = [("Content-Type", MediaType.ociIndex.text)] }
      return reply
    }
    let code = await world.code { try await world.repository().manifest(.digest(image.digest)) }
    #expect(code == (what == "Content-Type" ? "ambiguous-manifest" : "digest-mismatch"))
    try await world.end()
  }

  @Test("stops at a manifest over 4 MiB, a blob longer than announced, and an answer that does not end in time")
  func ceilings() async throws {
    let world = try await World(change: { $0.requestDeadline = .seconds(2) }) { asked in
      if asked.target.hasSuffix("slow") { return Reply(headers: [("Content-Length", "10")], body: [1]) }
      if asked.target.contains("manifests") { return Reply(body: [UInt8](repeating: 32, count: (4 << 20) + 1)) }
      return Reply(body: [UInt8](repeating: 1, count: 1 << 20))
    }
    #expect(await world.code { try await world.repository().manifest(.tag("v1")) } == "registry-over-limit")
    let small = Descriptor(mediaType: .ociLayer, digest: Digest(sha256Of: [1]), sizeBytes: 1)
    #expect(await world.code { try await world.repository().document(small, atMost: 10) } == "over-limit")
    #expect(await world.code { try await world.repository().manifest(.tag("slow")) } == "registry-unreachable")
    try await world.end()
  }

  @Test(
    "says what a status means",
    arguments: [
      (401, "registry-unauthorized"), (403, "registry-unauthorized"), (404, "registry-not-found"),
      (500, "registry-unexpected-status"),
      (204, "registry-unexpected-status"),
    ])
  func statuses(_ status: Int, _ code: String) async throws {
    let world = try await World { _ in Reply(status: status) }
    #expect(await world.code { try await world.repository().manifest(.tag("v1")) } == code)
    try await world.end()
  }

  @Test("answers a basic challenge with the password, once")
  func basic() async throws {
    let world = try await World { asked in
      asked.authorization == "Basic Y2k6U0VOVElORUwtUEFTU1dPUkQ="
        ? serve(asked) : Reply(status: 401, headers: [("WWW-Authenticate", "Basic realm=\"registry\"")])
    }
    _ = try await ImageContents.read(.tag("v1"), from: world.repository()) { _ in true }
    #expect(world.server.asked.filter { $0.authorization == nil }.count == 1)
    let stranger = try await World(hasCredential: false) { _ in Reply(status: 401, headers: [("WWW-Authenticate", "Basic")]) }
    #expect(await stranger.code { try await stranger.repository().manifest(.tag("v1")) } == "registry-unauthorized")
    try await world.end()
    try await stranger.end()
  }

  @Test(
    "fetches a token from the registry or one of its token hosts, and uses it again",
    arguments: [
      "https://registry.example.test/token", "https://auth.example.test/token?account=a",
    ])
  func bearer(_ realm: String) async throws {
    let world = try await World(tokenHosts: ["auth.example.test"]) { asked in
      if asked.target.hasPrefix("/token") { return Reply(body: Array("{\"access_token\":\"tok\"}".utf8)) }
      if asked.authorization == "Bearer tok" { return serve(asked) }
      return Reply(
        status: 401,
        headers: [("WWW-Authenticate", "Bearer realm=\"\(realm)\",service=\"reg, istry\",scope=\"repository:other:pull\"")])
    }
    _ = try await ImageContents.read(.tag("v1"), from: world.repository()) { _ in true }
    let tokenCalls = world.server.asked.filter { $0.target.hasPrefix("/token") }
    #expect(tokenCalls.count == 1)
    #expect(tokenCalls[0].target.hasSuffix("service=reg%2C%20istry&scope=repository%3Aprod%2Fweb%3Apull"))
    #expect(tokenCalls[0].authorization?.hasPrefix("Basic ") == true)
    try await world.end()
  }

  @Test(
    "refuses a token realm that it cannot trust, and sends nothing there",
    arguments: [
      "http://169.254.169.254/token", "https://169.254.169.254/token", "https://2852039166/token", "https://0xA9FEA9FE/token",
      "https://[fd00:ec2::254]/token", "https://attacker.example.test/token", "http://registry.example.test/token",
      "file:///etc/passwd", "https://registry.example.test:444/token",
      "https://registry.example.test@attacker.example.test/token",
      "https://attacker.example.test\\@registry.example.test/token", "//attacker.example.test/token", "", "https://",
    ])
  func realms(_ realm: String) async throws {
    let world = try await World { asked in
      Reply(
        status: 401,
        headers: [("WWW-Authenticate", "Bearer realm=\"\(realm)\",service=\"registry\",scope=\"repository:prod/web:pull\"")])
    }
    #expect(await world.code { try await world.repository().manifest(.tag("v1")) } == "registry-way-refused")
    #expect(world.server.asked.count == 1 && world.server.asked[0].authorization == nil)
    #expect(Set(world.dialled.hosts) == ["127.0.0.1"])
    try await world.end()
  }

  @Test("follows redirections without its credential when they leave the registry")
  func redirections() async throws {
    let world = try await World { asked in
      if asked.host == "blobs.example.test" { return serve(asked) }
      guard asked.authorization != nil else { return Reply(status: 401, headers: [("WWW-Authenticate", "Basic")]) }
      return asked.target.contains("/blobs/")
        ? Reply(status: 307, headers: [("Location", "https://blobs.example.test\(asked.target)")]) : serve(asked)
    }
    _ = try await ImageContents.read(.tag("v1"), from: world.repository()) { _ in true }
    let elsewhere = world.server.asked.filter { $0.host == "blobs.example.test" }
    #expect(elsewhere.count == 2 && elsewhere.allSatisfy { $0.authorization == nil })
    try await world.end()
  }

  @Test(
    "does not follow redirections in a circle, to plain HTTP, to forbidden addresses, or to nothing",
    arguments: [
      ("https://registry.example.test/v2/prod/web/manifests/v1", "registry-over-limit"),
      ("http://blobs.example.test/x", "registry-way-refused"), ("https://169.254.169.254/x", "registry-address-refused"),
      ("https://METADATA.google.internal./x", "registry-address-refused"), ("https://metadata/x", "registry-address-refused"),
      ("https://rebind.example.test/x", "registry-address-refused"), ("ftp://blobs.example.test/x", "registry-malformed-answer"),
      ("https://user@blobs.example.test/x", "registry-malformed-answer"), ("//blobs.example.test/x", "registry-malformed-answer"),
    ])
  func badRedirections(_ location: String, _ code: String) async throws {
    let world = try await World { _ in Reply(status: 302, headers: [("Location", location)]) }
    #expect(await world.code { try await world.repository().manifest(.tag("v1")) } == code)
    try await world.end()
  }

  @Test(
    "never dials this host or a metadata server",
    arguments: [
      "169.254.169.254/latest/meta-data", "metadata.google.internal/x/y", "localhost/x/y", "127.0.0.1:5000/x/y",
      "rebind.example.test/x/y",
    ])
  func forbiddenHosts(_ name: String) async throws {
    let world = try await World(serve)
    #expect(await world.code { try await world.repository(name).manifest(.tag("v1")) } == "registry-address-refused")
    #expect(world.server.asked.isEmpty)
    try await world.end()
  }

  @Test("asks only registries that are allowed, without looking others up")
  func allowList() async throws {
    let world = try await World(change: { $0.allowedHosts = ["registry.example.test"] }, serve)
    _ = try await world.repository().manifest(.tag("v1"))
    for name in ["registry.example.test.attacker.example.test/x/y", "attacker.example.test/x/y", "busybox"] {
      #expect(await world.code { try world.repository(name) } == "registry-not-allowed")
    }
    #expect(Set(world.dialled.hosts) == ["127.0.0.1"])
    try await world.end()
  }

  @Test("does not speak to a server whose certificate it cannot trust")
  func certificates() async throws {
    let world = try await World(change: { $0.hosts["registry.example.test"]?.caFile = nil }, serve)
    #expect(await world.code { try await world.repository().manifest(.tag("v1")) } == "registry-unreachable")
    #expect(world.server.asked.isEmpty)
    let missing = try await World(change: { $0.hosts["registry.example.test"]?.caFile = "/nowhere" }, serve)
    #expect(await missing.code { try await missing.repository().manifest(.tag("v1")) } == "image-file-unreadable")
    try await world.end()
    try await missing.end()
  }

  @Test("speaks plain HTTP to this machine, when told so, and to no other")
  func plain() async throws {
    let server = try await FakeServer(certificate: nil, serve)
    var settings = RegistrySettings()
    settings.hosts["plain.test"] = HostSettings(connect: "127.0.0.1:\(server.port)", usesPlainHTTP: true)
    settings.hosts["far.test"] = HostSettings(connect: "10.0.0.1:80", usesPlainHTTP: true)
    let client = RegistryClient(settings: settings)
    let near = try client.repository(Repository(parsing: "plain.test/a"))
    #expect(try await near.manifest(.tag("v1")).digest == image.digest)
    let far = try client.repository(Repository(parsing: "far.test/a"))
    await #expect { try await far.manifest(.tag("v1")) } throws: { ($0 as? any Problem)?.code == "registry-way-refused" }
    await client.shutdown()
    try await server.stop()
  }

  @Test("sends an upload nowhere but to the registry itself")
  func uploads() async throws {
    let world = try await World { asked in
      switch asked.method {
      case "HEAD": Reply(status: 404)
      case "POST": Reply(status: 202, headers: [("Location", "https://attacker.example.test/upload")])
      default: Reply(status: 201)
      }
    }
    let source = MemoryRepository([(image, tag: "v1")])
    #expect(await world.code { try await source.copy(.tag("v1"), to: world.repository(), as: "v1") } == "registry-way-refused")
    #expect(world.server.asked.allSatisfy { $0.host == "registry.example.test" && $0.method != "PUT" })
    try await world.end()
  }
}

@Suite("Credentials of docker")
struct DockerConfigurationTests {
  @Test("are read by host, and never printed")
  func reading() throws {
    let text = Array(
      """
      {"auths":{"https://index.docker.io/v1/":{"auth":"aHVi\\u0062"},"r.test:5000":{"auth":"Y2k6YTpi"},
       "https://q.test/v2/":{"username":"u","password":"p"},"empty.test":{}},"credsStore":"x"}
      """.replacing("aHVi\\u0062", with: "aHViOnNlY3JldA==").utf8)
    let found = try DockerConfiguration.credentials(text, path: "config.json")
    #expect(Set(found.keys) == ["docker.io", "r.test:5000", "q.test"])
    #expect(found["r.test:5000"]?.user == "ci" && found["r.test:5000"]?.password.revealed == "a:b")
    #expect(!"\(found)".contains("secret"))
  }

  @Test(
    "that are broken are refused without showing them",
    arguments: ["{", "{\"auths\":{\"r\":{\"auth\":\"U0VOVElORUw=\"}}}", "{\"auths\":{\"r\":{\"auth\":\"%%%\"}}}"])
  func refusals(_ text: String) {
    #expect { try DockerConfiguration.credentials(Array(text.utf8), path: "config.json") } throws: { error in
      !"\(error)".contains("SENTINEL") && (error as? any Problem)?.code == "image-file-unreadable"
    }
  }
}
