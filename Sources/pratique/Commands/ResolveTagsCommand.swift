import ArgumentParser
import Foundation
import Images
import Policies
import Registry

struct ResolveTagsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve-tags", abstract: "Write digests for the tags in manifests, and apply them if you ask.",
    discussion: """
      Every `image:` without digest, at any depth of any document, and the reference of image volumes become the image that
      the tag names now. Each is looked up once. All else in the file stays as it is, byte for byte. When one cannot be
      looked up, its line is told, nothing is printed, written or applied, and the exit code is 2.

      What stands behind -- goes to kubectl as it is.

      Example: pratique resolve-tags -f web.yaml -f db.yaml -a -- --namespace shop
      """)

  /// How the result is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case yaml, json
  }

  @Option(
    name: [.customShort("f"), .customLong("filename")],
    help: "A manifest, YAML or JSON, or a folder of them; - is standard input. May be repeated.")
  var files: [String]
  @Flag(name: [.customShort("a"), .long], help: "Have kubectl apply the result instead of printing it.") var apply = false
  @Flag(help: "Write the result over the files instead of printing it.") var inPlace = false
  @Option(name: [.short, .long], help: "yaml: the manifests; json: what was replaced, and where.") var output: Format = .yaml
  @OptionGroup var registry: RegistryOptions
  @Argument(parsing: .postTerminator, help: "For kubectl, with -a.") var kubectlArguments: [String] = []

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("-f is missing: name a manifest.") }
    guard !apply || !inPlace else { throw ValidationError("Choose one of --apply and --in-place.") }
    guard kubectlArguments.isEmpty || apply else { throw ValidationError("Arguments for kubectl need -a.") }
    guard !inPlace || !files.contains("-") else { throw ValidationError("Standard input cannot be written in place.") }
  }

  func run() async throws {
    let manifests = try files.flatMap(Self.manifests).map { path in
      let text = try Files.text(at: path)
      return Manifest(path: path, text: text, places: try ImagePlaces(in: text, file: path == "-" ? "standard input" : path))
    }
    let pinned = try await resolved(manifests)
    let results = manifests.map { Resolved($0, pinned) }
    if apply {
      for result in results { try result.apply(with: kubectlArguments) }
    } else if inPlace {
      try ManifestFiles.write(results.map { (path: $0.path, old: $0.old, new: $0.text) })
    }
    try show(results)
  }

  private func show(_ results: [Resolved]) throws {
    switch output {
    case .json: try OutputOptions.json(results.flatMap(\.replaced))
    case .yaml where apply: break
    case .yaml where inPlace:
      for line in results.flatMap(\.replaced) {
        Terminal.complain("\(line.file):\(line.line): \(line.image) is \(line.resolved)")
      }
    case .yaml:
      for result in results {
        if results.count > 1 { print("---\(result.path)---") }
        print(result.text, terminator: result.text.hasSuffix("\n") ? "" : "\n")
      }
    }
  }

  /// The file itself, or the manifests of a folder in the order of their names.
  private static func manifests(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }
    guard !names.isEmpty else { throw DoorError.unreadable(path: path, because: "it holds no .yaml, .yml or .json") }
    return names.sorted().map { "\(path)/\($0)" }
  }

  /// What each image names, looked up once.
  ///
  /// - Throws: `ExitCode.couldNotTell` after telling each place whose image has no answer.
  private func resolved(_ manifests: [Manifest]) async throws -> [ImageReference: PinnedReference] {
    var images: [ImageReference] = []
    for place in manifests.flatMap(\.places.places) where !images.contains(place.image) { images.append(place.image) }
    guard !images.isEmpty else { return [:] }
    let wanted = images
    let answers = try await registry.withClient(for: wanted.map(\.repository)) { client in
      try await mapAtOnce(wanted, width: 4) { image -> Result<PinnedReference, any Error> in
        do { return .success(try await client.resolve(image)) } catch { return .failure(error) }
      }
    }
    var found: [ImageReference: PinnedReference] = [:]
    var failed: [ImageReference: any Error] = [:]
    for (image, answer) in zip(wanted, answers) {
      switch answer {
      case .success(let pinned): found[image] = pinned
      case .failure(let error): failed[image] = error
      }
    }
    guard failed.isEmpty else {
      for manifest in manifests {
        for place in manifest.places.places {
          if let error = failed[place.image] { Terminal.complain("\(manifest.places.unresolved(place, error))") }
        }
      }
      throw ExitCode.couldNotTell
    }
    return found
  }
}

/// A manifest as it was read.
private struct Manifest {
  let path: String
  let text: String
  let places: ImagePlaces
}

/// A manifest with digests, and what was replaced in it.
private struct Resolved {
  struct Line: Encodable {
    let file: String
    let line: Int
    let path: String
    let image: String
    let resolved: String
  }

  let path: String
  let old: String
  let text: String
  let replaced: [Line]

  init(_ manifest: Manifest, _ pinned: [ImageReference: PinnedReference]) {
    path = manifest.path
    old = manifest.text
    text = manifest.places.replacing(pinned)
    replaced = manifest.places.places.compactMap { place in
      pinned[place.image].map {
        Line(
          file: manifest.places.file, line: place.line, path: place.path, image: "\(place.image)", resolved: "\($0)")
      }
    }
  }

  func apply(with arguments: [String]) throws {
    let code = try Kubectl.run(["apply", "-f", "-"] + arguments, input: text)
    guard code == 0 else {
      throw DoorError.usage(
        "kubectl did not apply \(path): it ended with \(code).", remedy: "See what it says above; what came before it is applied."
      )
    }
  }
}

extension ImagePlaces {
  fileprivate func unresolved(_ place: Place, _ error: any Error) -> DocumentError {
    let problem = (error as? any Problem)?.problem ?? "the registry could not be asked"
    let reason = problem.hasSuffix(".") ? String(problem.dropLast()) : problem
    return self.error(
      at: place, "\(place.image) cannot be looked up: \(reason)",
      remedy: (error as? any Problem)?.remedy ?? "Check that the registry can be reached.")
  }
}
