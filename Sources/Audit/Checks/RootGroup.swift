import Images
import Schemas

extension Check {
  static let rootGroup = Check(
    id: "runs-in-root-group", title: "The image runs in group 0",
    description: "The group of the image configuration, or that of the user's entry in the image's own /etc/passwd.",
    rationale: "Files that root shares with its group are open to the process. A user id without a passwd entry gets group 0.",
    remedy: "Write the group beside the user, as in USER 10001:10001.", severity: .low
  ) { subject, _ in
    guard case .user(let id, group: 0) = RunningUser(subject.configuration.user, in: subject.files) else { return [] }
    return [
      Observation(
        severity: .low, reason: "User \(id) runs in group 0", evidence: accounts(subject.files, ["/etc/passwd", "/etc/group"]))
    ]
  }
}
