import Foundation
package import Policies
import Synchronization

/// The policies and the attestors, read from files and read again when they change. Of a folder of policies every `.yaml`,
/// `.yml` and `.json` counts, in the order of their names.
///
/// New files that cannot be read change nothing: the last good rules stay, and `fault` says why. So it is object by object with
/// those of the cluster; one that was never good keeps out what it could be about. Where broken policies are to deny, nothing
/// stands in for them.
package final class RulebookFiles: Sendable {
  private struct Held {
    var files: [PolicyText] = []
    var objects: [PolicyObject] = []
    var rulebook: Rulebook?
    var fault: String?
    var generation = 0
    var faultsOfObjects: [ObjectFault] = []
    /// What objects said when they last had no fault, by their ids; of objects that are there.
    var lastGood: [String: PolicyText] = [:]
  }

  private let policyFile: String
  private let attestorsFile: String
  private let objects: PolicyObjects?
  private let whileBroken: GateSettings.BrokenPolicy
  private let held = Mutex(Held())

  /// - Parameters:
  ///   - objects: further policies, from the cluster; nil where there are none.
  ///   - whileBroken: what holds while a file or an object cannot be read.
  package init(
    policyFile: String, attestorsFile: String, objects: PolicyObjects? = nil,
    whileBroken: GateSettings.BrokenPolicy = .lastGood
  ) {
    self.policyFile = policyFile
    self.attestorsFile = attestorsFile
    self.objects = objects
    self.whileBroken = whileBroken
  }

  /// The last good rules; nil before `reload()` has once succeeded.
  package var rulebook: Rulebook? { held.withLock { $0.rulebook } }

  /// The rules to judge by: none while the files are broken, where the last good ones are not to stand in for them.
  package var inForce: Rulebook? {
    held.withLock { $0.fault != nil && whileBroken == .deny ? nil : $0.rulebook }
  }

  /// Why the files as they are now are not in force; nil when they are.
  package var fault: String? { held.withLock { $0.fault } }

  /// What is wrong with objects of the cluster. The other rules are in force.
  package var faultsOfObjects: [ObjectFault] { held.withLock { $0.faultsOfObjects } }

  /// How many objects of the cluster are more than are held.
  var excess: Int { objects?.excess ?? 0 }

  /// How often the rules have changed.
  package var generation: Int { held.withLock { $0.generation } }

  /// Reads the files again. Until the objects of the cluster are known there are no rules, and nothing is let in.
  ///
  /// - Returns: whether other rules hold now, or the same with other faults.
  /// - Throws: `DocumentError` or `ListeningError`, each time for as long as the files are broken.
  package func reload() throws -> Bool {
    do {
      let policies = try policyTexts(at: policyFile)
      let attestors = try policyText(at: attestorsFile)
      guard let objects = objects.map(\.all) ?? .some([]) else { return false }
      let files = policies + [attestors]
      let lastGood: [String: PolicyText]? = held.withLock { held in
        guard held.rulebook == nil || held.files != files || held.objects != objects else {
          held.fault = nil
          return nil
        }
        return held.lastGood
      }
      guard let lastGood else { return false }
      let asked = whileBroken == .deny ? objects : objects.map { $0.standing(in: lastGood[$0.id]) }
      let read = try Rulebook.reading(
        policies: policies, attestors: attestors, cluster: self.objects == nil ? nil : asked)
      let faulty = Set(read.faults.map(\.id))
      let good = objects.compactMap { object in
        (faulty.contains(object.id) ? lastGood[object.id] : object.text).map { (object.id, $0) }
      }
      held.withLock {
        $0 = Held(
          files: files, objects: objects, rulebook: read.rulebook, fault: nil, generation: $0.generation + 1,
          faultsOfObjects: read.faults, lastGood: Dictionary(good) { first, _ in first })
      }
      return true
    } catch {
      held.withLock { $0.fault = "\(error)" }
      throw error
    }
  }
}

extension PolicyObject {
  /// The same with what holds for as long as it has a fault.
  fileprivate func standing(in lastGood: PolicyText?) -> PolicyObject {
    var object = self
    object.lastGood = lastGood
    return object
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
