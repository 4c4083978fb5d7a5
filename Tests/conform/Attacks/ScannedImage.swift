import Audit
import Foundation
import Images
import TestSupport

/// An image of a case, read layer by layer by the real reader and audited by the real audit.
enum ScannedImage {
  /// - Throws: what the reader throws.
  static func audit(_ image: TestImage) async throws -> (report: AuditReport, files: ImageFiles) {
    let contents = try await ImageContents.read(
      .digest(image.digest), from: MemoryRepository([(image, tag: nil)], chunkBytes: 1 << 16), keep: auditReads)
    let subject = AuditSubject(contents, in: try Repository(parsing: "registry.test/attacks/image"))
    return (Audit.audit(subject, against: nil, atSeconds: 0), contents.files)
  }
}

/// A table of rows for the check that tells who an image runs as.
struct TableCase {
  private let rows: [CaseValue]

  /// - Throws: `Unrunnable` for a table of anything else.
  init(_ table: CaseValue) throws {
    guard table["input"]?.string == "image config.User" else {
      throw Unrunnable("table.input \(table["input"]?.json ?? "null") is unknown to the harness")
    }
    rows = table["rows"]?.elements ?? []
  }

  func outcome() async throws -> Outcome {
    var faults: [String] = []
    for row in rows {
      guard let user = row["User"]?.text ?? (row["User"] == nil ? "" : nil), let expected = row["expect"]?.string else {
        throw Unrunnable("table row \(row.json) has no User or expect")
      }
      for (passwd, wanted) in try Self.variations(user, expected) {
        let seen = try await Self.seen(user, passwd)
        if seen.isDisjoint(with: wanted) {
          faults.append(
            "User \"\(user)\": \(wanted.sorted().joined(separator: " or ")), got \(seen.sorted().joined(separator: " and "))")
        }
      }
    }
    return faults.isEmpty ? .passed : .failed(expected: "every row", got: faults.joined(separator: "\n            "))
  }

  private static let accounts = "root:x:0:0:root:/root:/bin/sh\n"

  /// Contents of /etc/passwd, and what may be said of `user` then.
  private static func variations(_ user: String, _ expected: String) throws -> [(String, Set<String>)] {
    switch expected {
    case "root", "invalid", "non-root": [(accounts, [expected]), ("", [expected])]
    case "root-or-invalid": [(accounts, ["root", "invalid"]), ("", ["root", "invalid"])]
    case "non-root (gid 0 reported)": [(accounts, ["root-group"]), ("", ["root-group"])]
    case "non-root only if /etc/passwd in the merged image maps it to uid!=0":
      [
        (accounts, ["root", "invalid"]), (accounts + "\(user):x:0:0::/:/bin/sh\n", ["root"]),
        (accounts + "\(user):x:65534:65534::/:/bin/sh\n", ["non-root"]),
      ]
    default: throw Unrunnable("table expects \"\(expected)\", which is unknown to the harness")
    }
  }

  private static func seen(_ user: String, _ passwd: String) async throws -> Set<String> {
    let layer = TarBuilder.build { $0.file("etc/passwd", passwd) }
    let scan = try await ScannedImage.audit(TestImage(tars: [layer], user: user))
    let found = Set(scan.report.findings.map(\.check))
    switch RunningUser(user, in: scan.files) {
    case .root: return found.contains("runs-as-root") ? ["root"] : ["root, unreported"]
    case .invalid: return found.contains("runs-as-root") ? ["invalid"] : ["invalid, unreported"]
    case .user:
      return found.contains("runs-as-root")
        ? ["reported as root"] : found.contains("runs-in-root-group") ? ["non-root", "root-group"] : ["non-root"]
    }
  }
}
