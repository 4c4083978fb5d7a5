import Audit
import Foundation
import Images
import TestSupport

/// A case without steps: layers for the scanner, or a call of the metadata API.
struct InputCase {
  private let input: CaseValue
  private let expected: CaseValue

  init(_ input: CaseValue, expecting expected: CaseValue) throws {
    self.input = input
    self.expected = expected
    guard input.members.count == 1 else { throw Unrunnable("input \(input.members.keys.sorted()) is unknown to the harness") }
  }

  func outcome() async throws -> Outcome {
    if let entries = input["layerTar"]?.elements { return try await layerTar(entries) }
    if let layers = input["layers"]?.elements { return try await bombs(layers) }
    if let call = input["metadataApi"] { return try await MetadataCallCase(call, expecting: expected).outcome() }
    throw Unrunnable("input.\(input.members.keys.first ?? "") is unknown to the harness")
  }

  // MARK: Paths

  private func layerTar(_ entries: [CaseValue]) async throws -> Outcome {
    try World.refuseUnknown(expected, ["scan", "must", "never"], "expect")
    guard expected["scan"]?.string ?? "completes" == "completes" else {
      throw Unrunnable("expect.scan \(expected["scan"]?.json ?? "")")
    }
    var tar = TarBuilder()
    for entry in entries { try Self.add(entry, to: &tar) }
    let targets = entries.compactMap { $0["name"]?.string }.map(Self.onDisk).filter {
      !FileManager.default.fileExists(atPath: $0)
    }
    let scan: Set<String>
    do {
      let (report, files) = try await ScannedImage.audit(TestImage(tars: [tar.ended()]))
      scan = Set(files.oddities.map(\.code) + report.findings.map(\.check))
    } catch {
      return .failed(expected: "a scan that completes", got: "\(error)")
    }
    var faults: [String] = []
    for demand in expected["must"]?.strings ?? [] {
      if demand == "no file created outside the store" {
        faults += targets.filter { FileManager.default.fileExists(atPath: $0) }.map { "no file \($0): it was made" }
      } else if demand.hasPrefix("finding: ") {
        let code = demand.dropFirst("finding: ".count).replacing(" ", with: "-")
        if !scan.contains(where: { $0.hasPrefix(code) }) { faults.append("\(demand): only \(scan.sorted())") }
      } else {
        throw Unrunnable("expect.must \"\(demand)\" is unknown to the harness")
      }
    }
    return faults.isEmpty ? .passed : .failed(expected: "what must hold", got: faults.joined(separator: "; "))
  }

  private static func add(_ entry: CaseValue, to tar: inout TarBuilder) throws {
    try World.refuseUnknown(entry, ["name", "type", "content", "linkname", "target", "mode"], "layerTar")
    let name = entry["name"]?.string ?? ""
    let link = (entry["linkname"] ?? entry["target"])?.string ?? ""
    switch entry["type"]?.string ?? "file" {
    case "file":
      tar.member(name, "0", contents: Array((entry["content"]?.string ?? "").utf8), mode: entry["mode"]?.int ?? 0o644)
    case "dir", "directory": tar.directory(name)
    case "symlink": tar.link(name, to: link)
    case "hardlink", "link": tar.hardLink(name, to: link)
    case let type: throw Unrunnable("layerTar type \(type) is unknown to the harness")
    }
  }

  /// Where the entry would come to lie if a careless reader wrote it.
  private static func onDisk(_ name: String) -> String {
    var parts: [Substring] = []
    for part in name.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  // MARK: Bombs

  private func bombs(_ layers: [CaseValue]) async throws -> Outcome {
    try World.refuseUnknown(expected, ["scan", "max_ms", "max_rss_mb", "max_disk_mb", "never"], "expect")
    var faults: [String] = []
    for layer in layers {
      let text = layer["generate"]?.string ?? ""
      let bomb = try Bomb(text)
      Resident.forgetPeak()
      let start = ContinuousClock.now
      var came = "the scan found nothing wrong"
      do {
        let (_, files) = try await ScannedImage.audit(bomb.image)
        if !files.oddities.isEmpty { came = "" }
      } catch let error as ImageError {
        if case .digestMismatch = error { came = "the bomb was read to its end" } else { came = "" }
      }
      let took = start.duration(to: .now)
      if !came.isEmpty { faults.append("\(text): \(came)") }
      if let limit = expected["max_ms"]?.int, took > .milliseconds(limit) { faults.append("\(text): it took \(took)") }
      if let limit = expected["max_rss_mb"]?.double, Resident.peak > limit {
        faults.append("\(text): \(Int(Resident.peak)) MiB of memory")
      }
    }
    return faults.isEmpty
      ? .passed : .failed(expected: "each refused with an explicit error", got: faults.joined(separator: "; "))
  }
}

/// A layer that unpacks to far more than it is, made from the words of the case.
struct Bomb {
  let image: TestImage

  /// - Throws: `Unrunnable` for words that are unknown here.
  init(_ words: String) throws {
    var type = MediaType.ociGzipLayer
    let blob: [UInt8]
    if words.hasPrefix("gzip of "), words.contains("GiB of zero bytes") {
      let gibibytes = words.split(separator: " ").lazy.compactMap { Int($0) }.first.map { min($0, 100) } ?? 10
      // Members follow each other in one gzip stream, so a small one repeated is a large one.
      let member = gzip([UInt8](repeating: 0, count: 64 << 20), level: 9)
      blob = Self.repeated(member, gibibytes * 16)
    } else if words.hasPrefix("tar with one header claiming size 2^62") {
      let size: [UInt8] = [0x80, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]
      var tar = TarBuilder()
      tar.member("huge", "0", sizeField: size)
      blob = gzip(tar.bytes)
    } else if words.hasPrefix("tar with "), words.contains("empty entries") {
      let count = words.split(separator: " ").lazy.compactMap { Int($0.filter { $0 != "," }) }.first ?? 20_000_000
      var tar = TarBuilder()
      for index in 0..<10_000 { tar.file("e\(index % 32)") }
      blob = Self.repeated(gzip(tar.bytes, level: 9), max(1, min(count, 100_000_000) / 10_000))
    } else if words.hasPrefix("gzip inside gzip inside gzip") {
      let inner = gzip([UInt8](repeating: 0, count: 64 << 20), level: 9)
      let middle = gzip(Self.repeated(inner, 1000), level: 9)
      blob = gzip(Self.repeated(middle, 100), level: 9)
    } else if words.hasPrefix("zstd frame declaring a 4 GiB window") {
      // Magic, descriptor without content size, window of 2^(10 + 22) bytes, one empty last block.
      blob = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 22 << 3, 0x01, 0x00, 0x00]
      type = MediaType("application/vnd.oci.image.layer.v1.tar+zstd")
    } else {
      throw Unrunnable("the layer \"\(words)\" cannot be made")
    }
    image = TestImage(layerBlobs: [blob], diffIDs: [Digest(sha256Of: Array("unknown".utf8))], layerType: type)
  }

  private static func repeated(_ bytes: [UInt8], _ times: Int) -> [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(bytes.count * times)
    for _ in 0..<times { all += bytes }
    return all
  }
}
