import Images
import Schemas

extension Check {
  static let unsafePaths = Check(
    id: "unsafe-paths", title: "Layers hold what no sound builder writes",
    description: "Entries of the layers that leave the root, appear twice, or are of a kind no file system has.",
    rationale: "Such entries are made to be read differently by a scanner and a runtime, or to write outside the image.",
    remedy: "Rebuild the image with a current builder; treat it as hostile if nobody knows where the entries come from.",
    severity: .high
  ) { subject, _ in
    let oddities = subject.files.oddities
    guard !oddities.isEmpty else { return [] }
    let leaves = oddities.contains { $0.code == "unsafe-path" }
    return [
      Observation(
        severity: leaves ? .high : .low,
        reason: leaves ? "Layers hold paths that leave the root" : "Layers hold entries that no sound builder writes",
        evidence: oddities.map { Evidence(path: $0.path, layer: $0.layer, detail: $0.code) })
    ]
  }
}
