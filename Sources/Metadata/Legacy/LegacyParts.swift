import Schemas
import SwiftProtobuf

/// Severities by the names that both versions use.
let severities: [String: Severity] = [
  "SEVERITY_UNSPECIFIED": .unspecified, "MINIMAL": .minimal, "LOW": .low, "MEDIUM": .medium, "HIGH": .high,
  "CRITICAL": .critical,
]

extension LegacyObject {
  /// A version. In 2017 NORMAL was what an absent kind meant.
  func version() -> Grafeas_V1_Version {
    .with {
      $0.epoch = int32("epoch")
      $0.name = text("name")
      $0.revision = text("revision")
      $0.kind = choice("kind", ["NORMAL": .normal, "MINIMUM": .minimum, "MAXIMUM": .maximum]) ?? .normal
    }
  }

  func fingerprint() -> Grafeas_V1_Fingerprint {
    .with {
      $0.v1Name = text("v1Name")
      $0.v2Blob = texts("v2Blob")
      $0.v2Name = text("v2Name")
    }
  }

  func upgradeDistribution() -> Grafeas_V1_UpgradeDistribution {
    .with {
      $0.cpeUri = text("cpeUri")
      $0.classification = text("classification")
      $0.severity = text("severity")
      $0.cve = texts("cve")
    }
  }

  func provenance() -> Grafeas_V1_BuildProvenance {
    .with {
      $0.id = text("id")
      $0.projectID = text("projectId")
      $0.commands = objects("commands").map { $0.command() }
      $0.builtArtifacts = objects("builtArtifacts").map { $0.artifact() }
      if let time = time("createTime") { $0.createTime = time }
      if let time = time("startTime") { $0.startTime = time }
      if let time = time("finishTime") { $0.endTime = time }
      $0.creator = text("creator")
      let bucket = text("logsBucket")
      $0.logsUri = bucket.isEmpty || bucket.contains("://") ? bucket : "gs://\(bucket)"
      if let source = object("sourceProvenance") { $0.sourceProvenance = source.source() }
      $0.triggerID = text("triggerId")
      $0.buildOptions = map("buildOptions")
      $0.builderVersion = text("builderVersion")
    }
  }

  private func command() -> Grafeas_V1_Command {
    .with {
      $0.name = text("name")
      $0.env = texts("env")
      $0.args = texts("args")
      $0.dir = text("dir")
      $0.id = text("id")
      $0.waitFor = texts("waitFor")
    }
  }

  /// `name` was the one name before there was a list of them.
  private func artifact() -> Grafeas_V1_Artifact {
    .with {
      $0.checksum = text("checksum")
      $0.id = text("id")
      let name = text("name")
      $0.names = texts("names")
      if !name.isEmpty && !$0.names.contains(name) { $0.names.append(name) }
    }
  }

  private func source() -> Grafeas_V1_Source {
    .with {
      // Only one is taken, so that the other is told as lost.
      let stored = object("artifactStorageSource") ?? object("storageSource")
      $0.artifactStorageSourceUri = stored?.storageURI() ?? ""
      if let repository = object("repoSource") { $0.context.cloudRepo = repository.repositoryContext() }
      for (file, hashes) in objectsByName("fileHashes") {
        $0.fileHashes[file] = .with {
          $0.fileHash = hashes.objects("fileHash").map { hash in
            .with {
              $0.type = hash.text("type")
              $0.value = hash.bytes("value")
            }
          }
        }
      }
    }
  }

  private func storageURI() -> String {
    let (bucket, object, generation) = (text("bucket"), text("object"), text("generation"))
    return "gs://\(bucket)/\(object)" + (generation.isEmpty ? "" : "#\(generation)")
  }

  private func repositoryContext() -> Grafeas_V1_CloudRepoSourceContext {
    .with {
      $0.repoID.projectRepoID.projectID = text("projectId")
      $0.repoID.projectRepoID.repoName = text("repoName")
      if has("commitSha") {
        $0.revisionID = text("commitSha")
      } else if has("branchName") {
        $0.aliasContext.kind = .movable
        $0.aliasContext.name = text("branchName")
      } else if has("tagName") {
        $0.aliasContext.kind = .fixed
        $0.aliasContext.name = text("tagName")
      }
    }
  }
}
