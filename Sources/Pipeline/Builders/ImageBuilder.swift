package import Schemas

/// Makes an image out of a directory. The stages call it; tests hand in their own.
package protocol ImageBuilder: Sendable {
  /// - Parameters:
  ///   - directory: where `pratique.yaml` stands.
  ///   - workFolder: an empty folder to leave the image in; whoever gave it removes it.
  ///   - log: is told each line the build prints.
  /// - Throws: `PipelineError` of a program; `CancellationError`.
  func build(
    _ directory: String, workFolder: String, log: @escaping @Sendable (String) -> Void
  ) async throws -> BuildOutput
}

/// What a build left.
package struct BuildOutput: Hashable, Sendable {
  package let form: ImageForm
  /// The layout's folder or the archive.
  package let path: String
  /// What was run, as BUILD occurrences tell it.
  package let commands: [BuildCommand]
  /// Facts of the build for BUILD occurrences.
  package let options: [String: String]

  package init(form: ImageForm, path: String, commands: [BuildCommand], options: [String: String]) {
    self.form = form
    self.path = path
    self.commands = commands
    self.options = options
  }
}

/// A step of a build. Source: grafeas.v1.Command.
package typealias BuildCommand = Grafeas_V1_Command

extension BuildCommand {
  init(_ command: Command) {
    self.init()
    name = command.program
    args = command.arguments
    dir = "."
  }
}
