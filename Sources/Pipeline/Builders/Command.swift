import Images
import Subprocess
import SystemPackage

/// One program of somebody else's build, run in a session of its own so that all it starts can be ended with it.
struct Command: Sendable {
  let program: String
  let arguments: [String]
  /// Where it runs.
  let directory: String
  /// Added to what it inherits.
  var environment: [String: String] = [:]
  var deadline: Duration = .seconds(30 * 60)

  /// More than this of its output is read and thrown away.
  static let logLimitBytes = 16 << 20
  static let tailLines = 20

  /// Runs it without input; nothing is left running when this returns or throws.
  ///
  /// - Parameter log: is told each line of output and error, made printable, in order, up to `logLimitBytes`.
  /// - Returns: the last `tailLines` lines.
  /// - Throws: `PipelineError.missingProgram`, `.failedProgram`, `.overDeadline`; `CancellationError`.
  @discardableResult
  func run(log: @escaping @Sendable (String) -> Void = { _ in }) async throws -> [String] {
    try await withThrowingTaskGroup(of: [String]?.self) { group in
      group.addTask { try await launch(log: log) }
      group.addTask {
        try await Task.sleep(for: deadline)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let lines = first else {
        throw PipelineError.overDeadline(program, seconds: Int(deadline.components.seconds))
      }
      return lines
    }
  }

  /// A bare name is looked for in `PATH`, a path from `directory`.
  private var executable: Executable {
    guard program.contains("/") else { return .name(program) }
    return .path(FilePath(absolutePath(directory)).pushing(FilePath(program)))
  }

  private func launch(log: @escaping @Sendable (String) -> Void) async throws -> [String] {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
    ]
    let added = Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1 as String?) })
    do {
      let ended = try await Subprocess.run(
        executable, arguments: Arguments(arguments), environment: .inherit.updating(added),
        workingDirectory: FilePath(directory), platformOptions: options, input: .none, output: .sequence,
        error: .combinedWithOutput
      ) { execution in try await read(execution.standardOutput, log: log) }
      try Task.checkCancellation()
      guard ended.terminationStatus.isSuccess else {
        throw PipelineError.failedProgram(
          program, status: ended.terminationStatus.words, lastLines: ended.closureResult)
      }
      return ended.closureResult
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw PipelineError.missingProgram(program)
    }
  }

  private func read(_ output: SubprocessOutputSequence, log: (String) -> Void) async throws -> [String] {
    var lines = LineReader()
    var tail: [String] = []
    var left = Self.logLimitBytes
    func take(_ line: String) {
      if left > 0 { log(line) }
      if left > 0, left <= line.utf8.count { log("... the rest of the output is not kept") }
      left -= line.utf8.count + 1
      tail.append(line)
      if tail.count > Self.tailLines { tail.removeFirst() }
    }
    for try await chunk in output {
      for line in chunk.withUnsafeBytes({ lines.lines(in: $0) }) { take(line) }
    }
    if let last = lines.rest { take(last) }
    return tail
  }
}

extension TerminationStatus {
  fileprivate var words: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .signaled(let signal): "signal \(signal)"
    }
  }
}

/// Cuts a stream of bytes into lines that are safe to show; a line is cut at 4 KiB.
struct LineReader {
  private var waiting: [UInt8] = []
  static let lineLimitBytes = 4096

  /// The lines that `bytes` complete.
  mutating func lines(in bytes: some Sequence<UInt8>) -> [String] {
    var found: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        found.append(text)
        waiting = []
      } else if waiting.count < Self.lineLimitBytes {
        waiting.append(byte)
      }
    }
    return found
  }

  /// What stands after the last line break; nil for nothing.
  var rest: String? { waiting.isEmpty ? nil : text }

  /// Control characters would let a build write over a terminal; a carriage return only ends the line.
  private var text: String {
    var out = ""
    for scalar in String(decoding: waiting, as: UTF8.self).unicodeScalars where scalar != "\r" {
      out += scalar == "\t" ? "\t" : scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return out
  }
}
