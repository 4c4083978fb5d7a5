import Foundation

/// The `kubectl` on the path of whoever runs us.
enum Kubectl {
  /// Runs it with `input`, and with our own output and errors.
  ///
  /// - Returns: its exit code.
  /// - Throws: `DoorError.usage` when there is none.
  static func run(_ arguments: [String], input: String) throws -> Int32 {
    let program = try path()
    // A file and no pipe: who ends without reading it all must not end us. Nobody else can read it, and it has no name.
    let name = FileManager.default.temporaryDirectory.appendingPathComponent("pratique-\(UUID().uuidString)").path
    guard FileManager.default.createFile(atPath: name, contents: Data(input.utf8), attributes: [.posixPermissions: 0o600]),
      let file = FileHandle(forReadingAtPath: name)
    else { throw DoorError.unwritable(path: name, because: "no file can be made there") }
    try FileManager.default.removeItem(atPath: name)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = file
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  private static func path() throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/kubectl") }) else {
      throw DoorError.usage("There is no kubectl on the PATH.", remedy: "Install kubectl, or leave -a out and apply the output.")
    }
    return "\(folder)/kubectl"
  }
}
