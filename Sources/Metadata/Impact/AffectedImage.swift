package import Schemas
import SwiftProtobuf

/// An image that an event reaches. Source: pratique.v1.AffectedImage.
package typealias AffectedImage = Pratique_V1_AffectedImage

extension ImageFacts {
  /// The image as it is told to whoever asks what an event reaches.
  package var affectedImage: AffectedImage {
    .with {
      $0.resourceUri = resourceURI
      $0.occurrences = occurrences.map(\.name)
      $0.severity = occurrences.map(\.worstSeverity).max { $0.rawValue < $1.rawValue } ?? .unspecified
      $0.packages = affectedPackages
      $0.deployments = deployments.filter { !$0.deployment.hasUndeployTime }.map(\.place)
    }
  }

  /// The facts about `package` in the versions of `range`; nil when none is left of them.
  ///
  /// - Returns: the facts, and whether `ordering` knew for each version that it is in the range.
  package func narrowed(
    to package: String, in range: VersionRange, by ordering: any VersionOrdering
  ) -> (facts: ImageFacts, isCertain: Bool)? {
    var (left, isCertain): ([Occurrence], Bool) = ([], true)
    for occurrence in occurrences {
      let answers = occurrence.installed(package).map { range.contains($0.version, $0.cpeURI, ordering) }
      guard answers.contains(where: { $0 != false }) else { continue }
      left.append(occurrence)
      if !answers.contains(true) { isCertain = false }
    }
    guard !left.isEmpty else { return nil }
    return (ImageFacts(resourceURI: resourceURI, occurrences: left, deployments: deployments), isCertain)
  }

  /// Each package and version once, in the order of the occurrences.
  private var affectedPackages: [Pratique_V1_AffectedPackage] {
    var seen: Set<[String]> = []
    return occurrences.flatMap(\.packages).filter { seen.insert([$0.name, $0.version, $0.fixedVersion]).inserted }
  }
}

extension Occurrence {
  fileprivate var worstSeverity: Severity {
    let issues = vulnerability.packageIssue.map(\.effectiveSeverity)
    let own = vulnerability.effectiveSeverity == .unspecified ? vulnerability.severity : vulnerability.effectiveSeverity
    return own == .unspecified ? issues.max { $0.rawValue < $1.rawValue } ?? .unspecified : own
  }

  fileprivate var packages: [Pratique_V1_AffectedPackage] {
    let vulnerable = vulnerability.packageIssue.map { issue in
      Pratique_V1_AffectedPackage.with {
        $0.name = issue.affectedPackage
        $0.version = issue.affectedVersion.text
        $0.fixedVersion = issue.fixedVersion.kind == .normal ? issue.fixedVersion.text : ""
      }
    }
    guard case .package(let package) = details else { return vulnerable }
    return installed(package.name).map { installed in
      .with {
        $0.name = package.name
        $0.version = installed.version
      }
    }
  }

  /// The versions of `name` that the occurrence says are installed, each with its distribution.
  fileprivate func installed(_ name: String) -> [(version: String, cpeURI: String)] {
    switch details {
    case .vulnerability(let vulnerability):
      return vulnerability.packageIssue.filter { $0.affectedPackage == name }
        .map { ($0.affectedVersion.text, $0.affectedCpeUri) }
    case .package(let package) where package.name == name:
      let located = package.location.filter(\.hasVersion).map { ($0.version.text, $0.cpeUri) }
      return located.isEmpty ? [(package.version.text, package.cpeUri)] : located
    default: return []
    }
  }

  /// Where a deployment runs. Addresses are free text; two forms are read, `CLUSTER/namespaces/NAMESPACE` with anything
  /// after it, and `CLUSTER/NAMESPACE`. Of any other, only the address is told.
  fileprivate var place: Pratique_V1_Deployment {
    .with {
      $0.address = deployment.address
      if deployment.hasDeployTime { $0.deployTime = deployment.deployTime }
      let parts = deployment.address.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard !parts.contains("") else { return }
      if parts.count >= 3, let at = parts.dropFirst().firstIndex(of: "namespaces"), at + 1 < parts.count {
        $0.cluster = parts[..<at].joined(separator: "/")
        $0.namespace = parts[at + 1]
      } else if parts.count == 2 {
        ($0.cluster, $0.namespace) = (parts[0], parts[1])
      }
    }
  }
}
