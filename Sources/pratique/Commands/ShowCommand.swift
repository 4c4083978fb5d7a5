import ArgumentParser
import Attestations
import Images
import Metadata
import Policies
import Registry

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Answer the five questions about an image, or say what an event reaches.",
    discussion: """
      Is it deployed, and where? When was it pulled? What is in it? Is it vulnerable? Does it meet our controls, and who
      says so? What there is no evidence for is "unknown", with the reason. With --attestors, attestations are verified.

      Without an image, --cve, --package, --key or --base tells which images are reached by what happened, and in which
      clusters and namespaces they run where that is recorded.

      Example: pratique show registry.example.test/shop/web@sha256:... --project shop --attestors attestors.yaml
      Example: pratique show --package openssl --versions '<3.0.11-1~deb12u2' --project shop
      """)

  @Argument(help: "The image; a tag is looked up once.") var image: String?
  @OptionGroup var event: EventOptions
  @Option(help: "The project whose occurrences are asked; - asks all, for --cve and its like.") var project = "pratique"
  @Option(help: "The attestors and their keys, YAML or JSON.") var attestors: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (image == nil) != (event.request(in: project) == nil) else {
      throw ValidationError("Give an image, or one of --cve, --package, --key and --base.")
    }
  }

  func run() async throws {
    if let request = event.request(in: project) {
      return try await ReachedImages.fetch(request, from: store).print(as: output)
    }
    guard let image else { return }
    let known = try attestors.map { try Attestors(DocumentNode(parsing: Files.text(at: $0), file: $0)) }
    let pinned = try await registry.pin(image)
    let answers = try await store.withStore { store in
      let occurrences = try await store.allOccurrences(in: ProjectName(id: project), matching: OccurrenceFilter(pinned))
      let all = known.map { known in known.names.sorted().compactMap { known[$0] } } ?? []
      let verdicts = try await Vouching.verdicts(on: pinned, by: all, in: store)
      return FiveAnswers(occurrences, verdicts: known == nil ? nil : verdicts)
    }
    switch output.output {
    case .json: try output.printJSON(Shown(image: "\(pinned)", answers: answers.all))
    case .table:
      print(Terminal.bold("\(pinned)"))
      for answer in answers.all { print("\n\(Terminal.bold(answer.question))\n  \(answer.text)") }
    }
  }

  struct Shown: Encodable {
    let image: String
    let answers: [FiveAnswers.Answer]
  }
}

extension MetadataReader {
  /// Every occurrence that matches, page by page, at most 100,000.
  func allOccurrences(in project: ProjectName, matching filter: OccurrenceFilter) async throws -> [Occurrence] {
    var all: [Occurrence] = []
    var token: String?
    repeat {
      let page = try await occurrences(in: project, matching: filter, page: PageRequest(size: 1000, token: token))
      all += page.items
      token = page.nextToken
    } while token != nil && all.count < 100_000
    return all
  }
}
