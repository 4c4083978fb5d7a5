import ArgumentParser
import Foundation
import Images
import Policies

/// Judges Kubernetes' own fixtures of pod security: `{baseline,restricted}/vX.Y/{pass,fail}/*.yaml`, a pod a document, at
/// any depth. A file of `fail` begins with the name of the control that must refuse it. What is no fixture is skipped by
/// name.
struct PodSecurity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pod-security", abstract: "Judge the fixtures of Kubernetes' pod security.")

  @Argument(help: "The directory of the fixtures, or one above or below: {baseline,restricted}/vX.Y/{pass,fail}/*.yaml.")
  var directory: String

  func run() async throws {
    var tally = Tally()
    var judged = 0
    for file in try Self.files(below: URL(filePath: directory).standardizedFileURL.path(percentEncoded: false)) {
      let outcomes = PodSecurityFixture(path: file).outcomes()
      for (index, outcome) in outcomes.enumerated() {
        if case .skipped = outcome {} else { judged += 1 }
        tally.add(outcome, of: file + (outcomes.count > 1 ? ", document \(index + 1)" : ""))
      }
    }
    guard judged > 0 else { throw ValidationError("\(directory) holds no {baseline,restricted}/vX.Y/{pass,fail}/*.yaml.") }
    try tally.finish()
  }

  /// In the order of their names, `v1.9` before `v1.10`. What is no YAML and no JSON is of no interest.
  private static func files(below directory: String) throws -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: directory) else {
      throw ValidationError("\(directory) cannot be read.")
    }
    var found: [String] = []
    while let file = walk.nextObject() as? String {
      if ["yaml", "yml", "json"].contains(file.split(separator: ".").last) { found.append("\(directory)/\(file)") }
    }
    return found.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }
}

/// One file of pods, and what must come of each.
struct PodSecurityFixture {
  let path: String

  func outcomes() -> [Outcome] {
    let folders = Array(path.split(separator: "/").dropLast().suffix(3).map(String.init))
    guard folders.count == 3, let standard = PodSecurityStandard(rawValue: folders[0]), standard != .privileged,
      let version = PodSecurityVersion(folders[1]), ["pass", "fail"].contains(folders[2])
    else { return [.skipped(because: "\(folders.joined(separator: "/")) is no standard, version and verdict")] }
    do {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let objects = try DocumentNode.documents(in: text, file: path, atMost: 1 << 20).map { try $0.json().root }
        .flatMap { $0["kind"]?.string == "List" ? $0["items"]?.elements ?? [] : [$0] }
      guard !objects.isEmpty else { return [.failed(expected: "a pod", got: "an empty file")] }
      return objects.map { object in
        guard let pod = PodPart(in: object) else {
          return .failed(expected: "a pod", got: object["kind"]?.string ?? "a document without a kind")
        }
        return outcome(of: pod, standard, version, mustPass: folders[2] == "pass")
      }
    } catch {
      return [.failed(expected: "a pod", got: "\(error)")]
    }
  }

  private func outcome(
    of pod: PodPart, _ standard: PodSecurityStandard, _ version: PodSecurityVersion, mustPass: Bool
  ) -> Outcome {
    let violations = PodSecurityLevel(standard, version).violations(in: pod)
    let got = violations.isEmpty ? "admitted" : "refused: \(violations.map { "\($0.id): \($0)" }.joined(separator: ", "))"
    guard !mustPass else {
      return violations.isEmpty ? .passed : .failed(expected: "admitted", got: got)
    }
    guard let control = named else {
      return violations.isEmpty ? .failed(expected: "refused", got: got) : .passed
    }
    // Where a stricter control stands in for the one that is meant, that one must object as well.
    let isMeant = control.violation(in: pod, at: version) != nil
    return isMeant && !violations.isEmpty ? .passed : .failed(expected: "refused by \(control.id)", got: got)
  }

  /// The control whose name in small letters the file begins with, before a number.
  private var named: PodSecurityControl? {
    let stem = path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
    let name = stem.replacing(#/[0-9]+$/#, with: "")
    return PodSecurityControl.all.first { $0.id.lowercased() == name }
  }
}
