import Foundation
import Images

/// Builds a Dockerfile with buildah.
package struct DockerfileBuilder: ImageBuilder {
  /// What reaching the registry of a base image takes.
  package struct RegistryAccess: Sendable {
    /// A PEM file with the authorities to trust; nil for the system's own.
    package var authorityFile: String?
    /// In the form of Docker's `config.json`; nil for none.
    package var credentialsFile: String?

    package init() {}
  }

  private let choice: BuilderChoice.Dockerfile
  private let access: RegistryAccess

  package init(_ choice: BuilderChoice.Dockerfile, access: RegistryAccess = RegistryAccess()) {
    self.choice = choice
    self.access = access
  }

  /// Runs `buildah bud`, and puts the result into an image layout.
  package func build(
    _ directory: String, workFolder: String, log: @escaping @Sendable (String) -> Void
  ) async throws -> BuildOutput {
    let idFile = workFolder + "/image-id"
    let layout = workFolder + "/image"
    let isolation = try await needsChroot(directory) ? ["--isolation", "chroot"] : []
    let bud = try ["bud"] + isolation + runArguments(idFile: idFile, workFolder: workFolder) + choiceArguments
    try await Command(program: "buildah", arguments: bud, directory: directory).run(log: log)
    let id = try TextFile.read(idFile, atMost: 256).filter { !$0.isWhitespace }
    let push = Command(program: "buildah", arguments: ["push", "--quiet", id, "oci:\(layout)"], directory: directory)
    let forget = Command(program: "buildah", arguments: ["rmi", id], directory: directory, deadline: .seconds(60))
    do {
      try await push.run(log: log)
    } catch {
      _ = try? await forget.run()
      throw error
    }
    // The layout has everything; what buildah keeps of it only fills the disk, so a failure here is no matter.
    _ = try? await forget.run()
    return BuildOutput(
      form: .ociLayout, path: layout, commands: [BuildCommand(recorded)], options: ["builder": "dockerfile"])
  }

  private func runArguments(idFile: String, workFolder: String) throws -> [String] {
    var arguments = ["--format", "oci", "--layers=false", "--network", "host", "--iidfile", idFile]
    if let file = access.authorityFile {
      // buildah takes authorities from a folder, by the ending of their names.
      let folder = workFolder + "/trust"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try TextFile.read(file, atMost: 1 << 20).write(toFile: folder + "/ca.crt", atomically: true, encoding: .utf8)
      arguments += ["--cert-dir", folder]
    }
    if let file = access.credentialsFile { arguments += ["--authfile", absolutePath(file)] }
    return arguments
  }

  /// What the definition asks for, without the paths of one run.
  private var choiceArguments: [String] {
    var arguments = ["--file", choice.file]
    if let target = choice.target { arguments += ["--target", target] }
    for (name, value) in choice.arguments.sorted(by: { $0.key < $1.key }) { arguments += ["--build-arg", "\(name)=\(value)"] }
    return arguments + [choice.context]
  }

  /// As it is recorded: what tells this build from another, and no path of this machine.
  private var recorded: Command { Command(program: "buildah", arguments: ["bud"] + choiceArguments, directory: ".") }

  /// Whether containers of their own cannot be had here: no runtime for them, or no user namespaces.
  private func needsChroot(_ directory: String) async throws -> Bool {
    let probes = [
      ["sh", "-c", "command -v crun || command -v runc"],
      ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "true"],
    ]
    for probe in probes {
      let command = Command(
        program: probe[0], arguments: Array(probe.dropFirst()), directory: directory, deadline: .seconds(10))
      do {
        try await command.run()
      } catch is PipelineError {
        return true
      }
    }
    return false
  }
}
