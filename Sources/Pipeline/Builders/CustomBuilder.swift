import Images

/// Builds with a command of one's own, which leaves the image at the path in `PRATIQUE_OUTPUT`.
package struct CustomBuilder: ImageBuilder {
  private let choice: BuilderChoice.Custom
  private let deadline: Duration

  package init(_ choice: BuilderChoice.Custom, deadline: Duration = .seconds(30 * 60)) {
    self.choice = choice
    self.deadline = deadline
  }

  /// Runs the command and takes it at its word: what it left is read by the next step.
  package func build(
    _ directory: String, workFolder: String, log: @escaping @Sendable (String) -> Void
  ) async throws -> BuildOutput {
    let path = workFolder + (choice.output == .ociLayout ? "/image" : "/image.tar")
    let command = Command(
      program: choice.command[0], arguments: Array(choice.command.dropFirst()), directory: directory,
      environment: ["PRATIQUE_OUTPUT": path], deadline: deadline)
    try await command.run(log: log)
    return BuildOutput(form: choice.output, path: path, commands: [BuildCommand(command)], options: ["builder": "custom"])
  }
}
