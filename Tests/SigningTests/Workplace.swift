import Foundation
import Signing
import TestSupport

/// Runs `body` with a folder of its own, and removes it afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = try makeFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

/// The same for what takes its time.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = try makeFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}

private func makeFolder() throws -> String {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pq-\(UUID().uuidString.prefix(13))").path
  try FileManager.default.createDirectory(
    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  return folder
}

/// Writes a file that only its owner may read.
func writeSecret(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
}

/// The first of these programs that is installed.
func program(_ name: String) -> String? {
  ["/usr/bin/\(name)", "/usr/local/bin/\(name)", "/bin/\(name)"].first(where: FileManager.default.isExecutableFile)
}

/// Runs a program to its end.
///
/// - Parameter environment: added to what it inherits.
@discardableResult
func run(
  _ program: String?, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
) throws -> (status: Int32, output: String) {
  let process = Process()
  let (output, given) = (Pipe(), Pipe())
  process.executableURL = URL(fileURLWithPath: program ?? "")
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  if input == nil { process.standardInput = FileHandle.nullDevice } else { process.standardInput = given }
  try process.start()
  if let input {
    given.fileHandleForWriting.write(Data(input.utf8))
    try given.fileHandleForWriting.close()
  }
  let said = output.fileHandleForReading.readDataToEndOfFile()
  process.waitForEnd()
  return (process.terminationStatus, String(decoding: said, as: UTF8.self))
}

/// Why `work` is refused; nil when it is not.
func refusal<Result>(_ work: () async throws -> Result) async -> SigningError? {
  do {
    _ = try await work()
    return nil
  } catch {
    return error as? SigningError
  }
}
