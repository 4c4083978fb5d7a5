import Foundation

/// The floor plan as data. Change it here and in Documentation/house.md in the same commit.
enum FloorPlan {
  static let line: Set<String> = ["Images", "Metadata", "Audit", "Attestations", "Policies"]

  /// Module → the house modules it may import. What is not listed here does not exist yet.
  static let mayImport: [String: Set<String>] = [
    "Schemas": [],
    "CZlib": [],
    "CLibCrypto": [],
    "CPKCS11": [],
    "CPostgres": [],
    "CCrypt": [],
    "CSodium": [],
    "Images": ["CZlib"],
    "Metadata": ["Schemas", "Images"],
    "Audit": ["Schemas", "Images", "Metadata"],
    "Attestations": ["Schemas", "Images", "Metadata", "CLibCrypto", "CZlib"],
    "Policies": ["Schemas", "Images", "Metadata", "Attestations"],
    "Registry": ["Images"],
    "Store": ["Schemas", "Images", "Metadata", "CPostgres"],
    "Feeds": ["Images", "Metadata", "Audit"],
    "Cluster": ["Images", "Metadata", "Policies"],
    "Signing": ["Images", "Attestations", "CLibCrypto", "CPKCS11", "CSodium"],
    "Pipeline": line.union(["Schemas"]),
    "Server": ["Schemas", "Images", "Metadata", "Attestations", "Policies", "CCrypt"],
    "pratique": line.union(["Schemas", "Registry", "Store", "Feeds", "Signing", "Pipeline", "Server"]),
    "pratique-admission": [
      "Schemas", "Images", "Metadata", "Attestations", "Policies", "Registry", "Store", "Cluster", "Server",
    ],
  ]

  /// What only an edge, a flow or a door may import.
  static let outsideWorld: Set<String> = [
    "NIO", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "AsyncHTTPClient", "Hummingbird", "HummingbirdTLS", "GRDB",
    "Subprocess", "FoundationNetworking", "Dispatch", "Glibc", "SystemPackage", "Logging", "GRPCCore",
    "GRPCNIOTransportHTTP2Posix", "JWTKit", "CPostgres", "CPKCS11", "CSodium", "CCrypt",
  ]

  /// Names that ask a clock, a disk, an environment or dice.
  static let outsideNames = [
    "FileManager", "ProcessInfo", "URLSession", "Date()", "Date.now", "Clock.now", "Task.sleep", "UUID()",
    ".random(in", "getenv(", "SystemRandomNumberGenerator",
  ]

  static let linesPerFile = 400
  static let linesPerTestFile = 600
  static let linesPerFunction = 70

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file below `folder` that people write, with its lines.
  static func files(below folder: String) throws -> [SourceFile] {
    let top = root.appendingPathComponent(folder)
    let all = FileManager.default.enumerator(atPath: top.path)?.compactMap { $0 as? String } ?? []
    return try all.filter { $0.hasSuffix(".swift") && !$0.hasSuffix(".pb.swift") }.sorted().map { path in
      let text = try String(contentsOf: top.appendingPathComponent(path), encoding: .utf8)
      return SourceFile(
        module: String(path.split(separator: "/")[0]), path: "\(folder)/\(path)",
        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }
}

/// A Swift file, cut into lines.
struct SourceFile {
  let module: String
  let path: String
  let lines: [Substring]

  /// Code lines with their number, comments left out.
  var code: [(number: Int, text: Substring)] {
    lines.enumerated().filter { !$1.trimmedPrefix.hasPrefix("//") }.map { ($0 + 1, $1) }
  }

  var imports: [(number: Int, module: String)] {
    code.compactMap { number, line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count else { return nil }
      let isMember = ["struct", "class", "enum", "func", "protocol"].contains(words[at + 1]) && at + 2 < words.count
      return (number, String((isMember ? words[at + 2] : words[at + 1]).prefix { $0 != "." }))
    }
  }
}

extension Substring {
  var trimmedPrefix: Substring { drop { $0 == " " } }
}
