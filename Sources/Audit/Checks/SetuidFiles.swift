package import Images
import Schemas

extension Check {
  static let setuidFiles = Check(
    id: "setuid-files", title: "Programs run with rights of their owner",
    description: "Executable files with the set-user-id or set-group-id bit.",
    rationale: "A process without rights that starts one has the rights of its owner; one faulty program makes it root.",
    remedy: "Take the bit away in the Dockerfile with `RUN chmod a-s FILE`, or remove the program.", severity: .medium
  ) { subject, _ in
    let programs = subject.files.entries.values.filter(\.runsAsOwner).sorted { $0.path < $1.path }
    guard !programs.isEmpty else { return [] }
    let ofRoot = programs.contains { $0.mode & 0o4000 != 0 && $0.userID == 0 }
    return [
      Observation(
        severity: ofRoot ? .medium : .low,
        reason:
          "\(programs.count) \(programs.count == 1 ? "program runs" : "programs run") with the rights of the owner or group",
        evidence: programs.map {
          Evidence(path: $0.path, layer: $0.layer, detail: "\($0.modeText) owner \($0.userID):\($0.groupID)")
        })
    ]
  }
}

extension FileEntry {
  /// The kernel honours set-user-id on what anybody may execute, set-group-id only where the group may.
  var runsAsOwner: Bool {
    kind == .file && ((mode & 0o4000 != 0 && mode & 0o111 != 0) || (mode & 0o2000 != 0 && mode & 0o010 != 0))
  }

  /// As `ls -l` writes it: `-rwsr-xr-x`.
  package var modeText: String {
    func triple(_ shift: UInt16, _ special: UInt16, _ letter: String) -> String {
      let bits = mode >> shift
      let execute = bits & 1 != 0
      let last = mode & special != 0 ? (execute ? letter : letter.uppercased()) : (execute ? "x" : "-")
      return (bits & 4 != 0 ? "r" : "-") + (bits & 2 != 0 ? "w" : "-") + last
    }
    return "-" + triple(6, 0o4000, "s") + triple(3, 0o2000, "s") + triple(0, 0o1000, "t")
  }
}
