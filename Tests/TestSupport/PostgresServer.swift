import Foundation

/// A real PostgreSQL on a free port of loopback, in a folder of its own, with the settings that matter for durability as they
/// are shipped. It ends with the value, and with the process that holds it.
package final class PostgresServer {
  /// Why a test is skipped where it cannot run.
  package static let whyNot = "PostgreSQL is not installed"
  private static let programs: String? = {
    let top = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
    return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(top)/\($0)/bin" }
      .first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
  }()
  package static var isInstalled: Bool { programs != nil }

  package let port: Int
  private let folder: TemporaryFolder
  private let bin: String
  private var process: Process?
  private var lifeline: Int32?

  /// Makes and starts it.
  ///
  /// - Parameter options: settings, as `deadlock_timeout=50ms`.
  package init(_ options: [String] = []) throws {
    guard let programs = Self.programs else { throw Failure("\(Self.whyNot)") }
    bin = programs
    folder = try TemporaryFolder()
    port = try Self.freePort()
    if geteuid() == 0 { try Self.run(["/bin/chown", "postgres", folder.path("")]) }
    try asPostgres([
      "\(bin)/initdb", "-D", folder.path("data"), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync",
    ])
    let settings = [
      "port=\(port)", "listen_addresses='127.0.0.1'", "unix_socket_directories=''", "deadlock_timeout=50ms",
      "max_connections=400",
    ]
    try append("postgresql.conf", settings + options)
    try start()
  }

  deinit { try? end(SIGQUIT) }

  /// - Returns: the address of a new, empty database.
  package func makeDatabase() throws -> String {
    let name = "test\(UUID().uuidString.prefix(8).lowercased())"
    try sql("CREATE DATABASE \(name)")
    return address(of: name)
  }

  package func address(of database: String, user: String = "postgres") -> String {
    "postgresql://\(user)@127.0.0.1:\(port)/\(database)"
  }

  /// Runs statements as the superuser, each in a transaction of its own.
  package func sql(_ statements: String..., database: String = "postgres") throws {
    let texts = statements.flatMap { ["-c", $0] }
    try Self.run(
      ["\(bin)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-d", database]
        + texts)
  }

  /// Makes `user` give a password from now on.
  package func demandPassword(of user: String) throws {
    let rules = try String(contentsOfFile: folder.path("data/pg_hba.conf"), encoding: .utf8)
    try "host all \(user) 127.0.0.1/32 scram-sha-256\n\(rules)"
      .write(toFile: folder.path("data/pg_hba.conf"), atomically: false, encoding: .utf8)
    try sql("SELECT pg_reload_conf()")
  }

  /// Starts it after `stop` or `crash`, and returns when it answers.
  package func start() throws {
    let process = Process()
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure("there is no pipe") }
    // Other children must not inherit it, or each would keep all servers alive.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Standard input ends with this process, whatever becomes of it, and takes the server along. The shell becomes the
    // server and waits for nobody: signals that the starting thread blocks are blocked in it too, SIGCHLD included.
    let script = """
      exec 3<&0; ( (cat <&3 >/dev/null; kill -QUIT $$ 2>/dev/null) & )
      exec "$@" >>"$0" 2>&1 </dev/null 3<&-
      """
    let command =
      Self.userPrefix + [
        "/bin/sh", "-c", script, folder.path("log"), "\(bin)/postgres", "-D", folder.path("data"),
      ]
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    try process.start()
    (self.process, lifeline) = (process, ends[1])
    let wait = "until \"$0\" -q -t 1 -h 127.0.0.1 -p \"$1\"; do sleep 0.02; done"
    try Self.run(["/usr/bin/timeout", "30", "/bin/sh", "-c", wait, "\(bin)/pg_isready", "\(port)"])
  }

  /// Ends it in good order, hanging up on everybody.
  package func stop() throws { try end(SIGINT) }

  /// Kills every process of it at once, as a power cut would.
  package func crash() throws { try end(SIGKILL) }

  /// Stops the clock of every process of it; the kernel still takes connections and bytes.
  package func stall() throws { for id in try processes() { kill(id, SIGSTOP) } }

  package func goOn() throws { for id in try processes().reversed() { kill(id, SIGCONT) } }

  private func end(_ signal: Int32) throws {
    guard process != nil else { return }
    let all = try processes()
    for id in all { kill(id, SIGCONT) }
    for id in signal == SIGKILL ? all : Array(all.prefix(1)) { kill(id, signal) }
    // The lifeline last: it would cut an orderly end short.
    defer {
      if let lifeline { close(lifeline) }
      lifeline = nil
    }
    let until = ContinuousClock.now + .seconds(30)
    while isRunning(all[0]) {
      guard ContinuousClock.now < until else { throw Failure("the server did not end") }
      usleep(5000)
    }
    self.process = nil
  }

  /// One that has ended and that nobody has asked about yet does not run.
  private func isRunning(_ id: pid_t) -> Bool {
    guard let state = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return false }
    return state.split(separator: ")").last?.split(separator: " ").first != "Z"
  }

  /// The server's own process first, then one for each connection and chore.
  private func processes() throws -> [pid_t] {
    let file = try String(contentsOfFile: folder.path("data/postmaster.pid"), encoding: .utf8)
    guard let server = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else { throw Failure("no process id") }
    let others = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { id in
      let state = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
      // After the name in brackets: state, parent.
      return state.split(separator: ")").last?.split(separator: " ").dropFirst().first == "\(server)"
    }
    return [server] + others
  }

  private func append(_ file: String, _ lines: [String]) throws {
    let path = folder.path("data/\(file)")
    let text = try String(contentsOfFile: path, encoding: .utf8) + lines.map { "\($0)\n" }.joined()
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  // MARK: Programs

  private static var userPrefix: [String] { geteuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : [] }

  private func asPostgres(_ command: [String]) throws { try Self.run(Self.userPrefix + command) }

  private static func run(_ command: [String]) throws {
    let process = Process()
    // A file, not a pipe: the server that pg_ctl's like leave behind would keep a pipe open.
    let said = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    _ = FileManager.default.createFile(atPath: said.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: said) }
    let output = try FileHandle(forWritingTo: said)
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.start()
    process.waitForEnd()
    guard process.terminationStatus == 0 else { throw Failure(try String(contentsOf: said, encoding: .utf8)) }
  }

  /// A port that was free a moment ago.
  /// A port of loopback on which nobody listens; somebody else may take it before it is used.
  package static func freePort() throws -> Int {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(handle) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(handle, $0, length) == 0 ? getsockname(handle, $0, &length) : -1
      }
    }
    guard status == 0 else { throw Failure("there is no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// What a program said before it failed.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }
}
