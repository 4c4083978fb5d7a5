import Foundation

/// What the person's terminal can show. Colour and progress appear only where a person looks.
enum Terminal {
  static let showsColour =
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  static let showsProgress = isatty(STDERR_FILENO) == 1

  /// Writes one message to standard error.
  static func complain(_ message: String) { FileHandle.standardError.write(Data("\(message)\n".utf8)) }

  static func green(_ text: String) -> String { coloured(text, 32) }
  static func red(_ text: String) -> String { coloured(text, 31) }
  static func yellow(_ text: String) -> String { coloured(text, 33) }
  static func bold(_ text: String) -> String { coloured(text, 1) }

  private static func coloured(_ text: String, _ code: Int) -> String {
    showsColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
