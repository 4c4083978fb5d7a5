import Foundation
package import Policies
import Synchronization

/// The policies and the attestors, read from files and read again when they change. Of a folder of policies every `.yaml`,
/// `.yml` and `.json` counts, in the order of their names.
///
/// New files that cannot be read change nothing: the last good rules stay, and `fault` says why.
package final class RulebookFiles: Sendable {
  private struct Held {
    var texts: [PolicyText] = []
    var rulebook: Rulebook?
    var fault: String?
    var generation = 0
    var faultsOfObjects: [String] = []
  }

  private let policyFile: String
  private let attestorsFile: String
  private let objects: PolicyObjects?
  private let held = Mutex(Held())

  /// - Parameter objects: further policies, from the cluster; nil where there are none.
  package init(policyFile: String, attestorsFile: String, objects: PolicyObjects? = nil) {
    self.policyFile = policyFile
    self.attestorsFile = attestorsFile
    self.objects = objects
  }

  /// The rules of the moment; nil before `reload()` has once succeeded.
  package var rulebook: Rulebook? { held.withLock { $0.rulebook } }

  /// The rules to judge by: none while the files are broken, where the last good ones are not to stand in for them.
  package func rulebook(whileBroken answer: GateSettings.BrokenPolicy) -> Rulebook? {
    held.withLock { $0.fault != nil && answer == .deny ? nil : $0.rulebook }
  }

  /// Why the files as they are now are not in force; nil when they are.
  package var fault: String? { held.withLock { $0.fault } }

  /// What is wrong with objects of the cluster: their namespaces let nothing in meanwhile, and the other rules are in force.
  package var faultsOfObjects: [String] { held.withLock { $0.faultsOfObjects } }

  /// How often the rules have changed.
  package var generation: Int { held.withLock { $0.generation } }

  /// Reads the files again. Until the objects of the cluster are known there are no rules, and nothing is let in.
  ///
  /// - Returns: whether other rules hold now.
  /// - Throws: `DocumentError` or `ListeningError`, each time for as long as the files are broken.
  package func reload() throws -> Bool {
    do {
      let policies = try policyTexts(at: policyFile)
      let attestors = try policyText(at: attestorsFile)
      guard let objects = objects.map(\.texts) ?? .some([]) else { return false }
      let texts = policies + [attestors] + objects
      let isKnown = held.withLock { $0.rulebook != nil && $0.texts == texts }
      if isKnown {
        held.withLock { $0.fault = nil }
        return false
      }
      let read = try Rulebook.reading(
        policies: policies, attestors: attestors, cluster: self.objects == nil ? nil : objects)
      held.withLock {
        $0 = Held(
          texts: texts, rulebook: read.rulebook, fault: nil, generation: $0.generation + 1,
          faultsOfObjects: read.faults.map { "\($0)" })
      }
      return true
    } catch {
      held.withLock { $0.fault = "\(error)" }
      throw error
    }
  }
}

/// Most files of policies in one folder.
private let limitFiles = 10_000

/// The text of a policy file, or those of a folder in the order of their names.
///
/// - Throws: `ListeningError` for what cannot be read or is too long, and for a folder with too many files.
package func policyTexts(at path: String) throws(ListeningError) -> [PolicyText] {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
    return [try policyText(at: path)]
  }
  let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  let files = names.filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }.sorted()
  guard files.count <= limitFiles else {
    throw .unreadable(file: path, because: "it holds more than \(limitFiles) files")
  }
  var texts: [PolicyText] = []
  for file in files { texts.append(try policyText(at: "\(path)/\(file)")) }
  return texts
}

private func policyText(at file: String) throws(ListeningError) -> PolicyText {
  PolicyText(String(decoding: try readFile(file, atMost: Rulebook.limitBytes), as: UTF8.self), file: file)
}
