import ArgumentParser
import Foundation
import Images
import Policies

/// Judges Kubernetes' own fixtures of pod security: `{baseline,restricted}/vX.Y/{pass,fail}/*.yaml`, a pod a document. A
/// file of `fail` begins with the name of the control that must refuse it. What is no fixture is skipped by name.
struct PodSecurity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pod-security", abstract: "Judge the fixtures of Kubernetes' pod security.")

  @Argument(help: "The directory of the fixtures: {baseline,restricted}/vX.Y/{pass,fail}/*.yaml.") var directory: String

  func run() async throws {
    var tally = Tally()
    var cases = 0
    for standard in Self.entries(of: directory) {
      for version in Self.entries(of: "\(directory)/\(standard)").sorted(by: Self.byMinor) {
        for verdict in Self.entries(of: "\(directory)/\(standard)/\(version)") {
          let folder = "\(standard)/\(version)/\(verdict)"
          for file in Self.entries(of: "\(directory)/\(folder)") {
            cases += 1
            let fixture = PodSecurityFixture(standard: standard, version: version, verdict: verdict, file: file)
            let outcomes = fixture.outcomes(in: directory)
            for (index, outcome) in outcomes.enumerated() {
              tally.add(outcome, of: "\(folder)/\(file)" + (outcomes.count > 1 ? ", document \(index + 1)" : ""))
            }
          }
        }
      }
    }
    guard cases > 0 else { throw ValidationError("\(directory) holds no {baseline,restricted}/vX.Y/{pass,fail}/*.yaml.") }
    try tally.finish()
  }

  private static func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// `v1.9` before `v1.10`.
  private static func byMinor(_ one: String, _ other: String) -> Bool {
    func minor(_ version: String) -> Int { Int(version.split(separator: ".").last ?? "") ?? .max }
    return (minor(one), one) < (minor(other), other)
  }
}

/// One file of pods, and what must come of each.
struct PodSecurityFixture {
  let standard: String
  let version: String
  let verdict: String
  let file: String

  func outcomes(in directory: String) -> [Outcome] {
    guard ["yaml", "yml", "json"].contains(file.split(separator: ".").last) else {
      return [.skipped(because: "it is neither YAML nor JSON")]
    }
    guard let standard = PodSecurityStandard(rawValue: standard), let version = PodSecurityVersion(version),
      ["pass", "fail"].contains(verdict)
    else { return [.skipped(because: "\(self.standard)/\(self.version)/\(verdict) is no standard, version and verdict")] }
    let path = "\(directory)/\(self.standard)/\(self.version)/\(verdict)/\(file)"
    do {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let documents = try DocumentNode.documents(in: text, file: path, atMost: 1 << 20)
      guard !documents.isEmpty else { return [.skipped(because: "it is empty")] }
      return try documents.map { document in
        let object = try document.json().root
        guard let pod = PodPart(in: object) else {
          return .skipped(because: "\(object["kind"]?.string ?? "a document without a kind") holds no pod")
        }
        return outcome(of: pod, standard, version)
      }
    } catch {
      return [.failed(expected: "a pod", got: "\(error)")]
    }
  }

  private func outcome(of pod: PodPart, _ standard: PodSecurityStandard, _ version: PodSecurityVersion) -> Outcome {
    let violations = PodSecurityLevel(standard, version).violations(in: pod)
    let got = violations.isEmpty ? "admitted" : "refused: \(violations.map { "\($0.id): \($0)" }.joined(separator: ", "))"
    guard verdict == "fail" else {
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
    let stem = file.split(separator: ".").first.map(String.init) ?? ""
    let name = stem.replacing(#/[0-9]+$/#, with: "")
    return PodSecurityControl.all.first { $0.id.lowercased() == name }
  }
}
