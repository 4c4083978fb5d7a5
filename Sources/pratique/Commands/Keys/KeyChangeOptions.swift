import ArgumentParser
import Attestations
import Foundation
import Images
import Metadata
import Policies

/// What every change of keys takes: the file, who answers for the change and why, and where images are recorded.
struct KeyChangeOptions: ParsableArguments {
  @Option(help: "The attestors file to change, YAML or JSON; comments and order are kept.") var attestors: String
  @Option(help: "Why. It is recorded in the file.") var why: String
  @Option(help: "Who answers for it (default: USER of the environment). It is recorded in the file.") var by: String?
  @Flag(help: "Change the file. Without it only the plan is shown.") var apply = false
  @Flag(help: "Do not ask the store what the change costs: for when it does not answer and there is no time.")
  var withoutPlan = false
  @Option(help: "The project where deployments are recorded.") var project = "pratique"
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  var change: (by: String, why: String) { (by ?? ProcessInfo.processInfo.environment["USER"] ?? "", why) }

  func validate() throws {
    guard !change.by.isBlank else { throw ValidationError("USER is not set, so nobody answers for it: give --by NAME.") }
  }

  func read() throws -> AttestorsText { try AttestorsText(Files.text(at: attestors), file: attestors) }

  /// The full name of an attestor of `text` that a person named by its id.
  func fullName(_ written: String, in text: AttestorsText) throws -> String {
    try VerifyCommand.fullName(written, among: text.attestors)
  }

  /// Shows what `new` does to recorded images, and writes it when that was asked.
  func finish(_ old: AttestorsText, _ new: AttestorsText) async throws {
    let plan = withoutPlan ? nil : try await plan(old, new)
    if apply { try write(new.text, over: old.text) }
    switch output.output {
    case .json: try output.printJSON(plan)
    case .table: plan?.printTable()
    }
    Terminal.complain(
      apply ? "Wrote \(attestors). The gate reads it again by itself." : "Nothing was changed. Run it again with --apply.")
  }

  private func plan(_ old: AttestorsText, _ new: AttestorsText) async throws -> KeyPlan {
    let now = Now.seconds
    return try await store.withStore { store in
      try await KeyPlan.make(
        from: AttestorsInTime(old.attestors, atSeconds: now), to: AttestorsInTime(new.attestors, atSeconds: now), in: store,
        project: ProjectName(id: project))
    }
  }

  /// Puts the new text in the place of the old at once: whoever reads sees one of the two, and what somebody else changed
  /// meanwhile is not undone.
  private func write(_ text: String, over old: String) throws {
    guard try Files.text(at: attestors) == old else {
      throw DoorError.usage("\(attestors) was changed meanwhile.", remedy: "Look at the change, and run the command again.")
    }
    let url = URL(fileURLWithPath: attestors).resolvingSymlinksInPath()
    let next = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
    do {
      let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
      try Data(text.utf8).write(to: next, options: .withoutOverwriting)
      if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: next.path) }
      let handle = try FileHandle(forUpdating: next)
      try handle.synchronize()
      try handle.close()
      guard rename(next.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(at: next)
      throw DoorError.unwritable(path: attestors, because: "the folder did not take the new file")
    }
  }
}
