import Foundation
import Images
import Subprocess
import SystemPackage

/// The program `gpg` with one home: the user's own, or one that lives as long as `withHome` runs.
struct GPG: Sendable {
  /// Nil for the user's own.
  let home: String?
  /// For one run of the program.
  static let deadline: Duration = .seconds(60)
  private static let outputLimitBytes = 1 << 20

  /// Lets `work` use a new, empty home, and ends the agent that gpg starts there.
  static func withHome<Result: Sendable>(_ work: (GPG, _ folder: String) async throws -> Result) async throws -> Result {
    // In memory where there is such a place, for a key without passphrase lies there as it is. Short, because the agent's
    // socket lies there too and its path has at most 107 bytes.
    let memory = "/dev/shm"
    let place = FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path()
    let folder = "\(place)/pq-\(UUID().uuidString.prefix(13))"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw SigningError.unwritable(path: folder, because: "no folder can be made there")
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await work(GPG(home: folder), folder))
    } catch {
      result = .failure(error)
    }
    _ = try? await run("gpgconf", ["--homedir", folder, "--kill", "all"], input: [])
    return try result.get()
  }

  /// Runs gpg without asking anybody anything.
  ///
  /// - Parameters:
  ///   - passphrase: goes to standard input; nil leaves asking for it to the agent.
  ///   - input: goes to standard input where there is no passphrase.
  /// - Returns: what it wrote.
  /// - Throws: `SigningError.failedProgram`, `.missingProgram`, `.wrongPassword`, `.passwordNeeded`.
  func run(
    _ arguments: [String], passphrase: Redacted<String>? = nil, input: [UInt8] = []
  ) async throws -> [UInt8] {
    var all = ["--no-options", "--batch", "--no-tty", "--quiet", "--yes", "--status-fd", "2"]
    if let home { all = ["--homedir", home] + all }
    if passphrase != nil { all += ["--pinentry-mode", "loopback", "--passphrase-fd", "0"] }
    let standardInput = passphrase.map { Array("\($0.revealed)\n".utf8) } ?? input
    let (succeeded, output, said) = try await Self.run("gpg", all + arguments, input: standardInput)
    guard succeeded else {
      if let wrong = Self.passphraseFault(in: said) { throw wrong }
      let last = said.split(separator: "\n").last { $0.hasPrefix("gpg: ") }
      throw SigningError.failedProgram("gpg", because: printable(last ?? "it does not say why"))
    }
    return output
  }

  /// What gpg's status lines have against the passphrase: by word, or by the code of libgpg-error, which is all that gpg 2.2
  /// says when it signs.
  ///
  /// Source: GnuPG, doc/DETAILS, "Format of the --status-fd output"; libgpg-error, err-codes.h.
  private static func passphraseFault(in said: String) -> SigningError? {
    for line in said.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 1, words[0] == "[GNUPG:]" else { continue }
      let code = words[1] == "FAILURE" ? words.last.flatMap { UInt32($0) }.map { $0 & 0xffff } : nil
      if words[1] == "BAD_PASSPHRASE" || code == 11 { return .wrongPassword }
      if words[1] == "MISSING_PASSPHRASE" || code == 177 { return .passwordNeeded }
    }
    return nil
  }

  private static func run(
    _ program: String, _ arguments: [String], input: [UInt8]
  ) async throws -> (succeeded: Bool, output: [UInt8], said: String) {
    let late = SigningError.failedProgram(program, because: "it did not end within \(deadline)")
    return try await within(deadline, orThrow: late) {
      do {
        let ended = try await Subprocess.run(
          .name(program), arguments: Arguments(arguments), environment: .inherit.updating(["LC_ALL": "C"]),
          input: .array(input), output: .bytes(limit: outputLimitBytes), error: .string(limit: outputLimitBytes))
        return (ended.terminationStatus.isSuccess, ended.standardOutput, ended.standardError)
      } catch let error as SubprocessError where error.code == .executableNotFound {
        throw SigningError.missingProgram(program)
      }
    }
  }
}
